import type { Place } from './session.ts';

export const answerAdmin = (_body: Buffer, _place: Place): Buffer => {
  const answer = Buffer.alloc(16);
  answer[1] = 51;
  return answer;
};
