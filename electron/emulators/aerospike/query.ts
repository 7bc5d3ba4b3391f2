import { answerFrame, encodeAnswer, type Message } from './message.ts';
import type { Place } from './session.ts';

export const isQuery = (message: Message): boolean => !message.fields.has(4);
export const answerQuery = (_place: Place, _message: Message): Buffer =>
  answerFrame(encodeAnswer({ resultCode: 4, info3: 1 }));
