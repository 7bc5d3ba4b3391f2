import type { Answer } from './message.ts';
import type { RecordRequest } from './record.ts';

export const runRecordUdf = (_request: RecordRequest): Answer => ({ resultCode: 100 });
