import { answerFrame, encodeAnswer, type Message } from './message.ts';
import type { Place } from './session.ts';

export const answerBatch = (_place: Place, _message: Message): Buffer =>
  answerFrame(encodeAnswer({ resultCode: 4, info3: 1 }));
