import { ToolError } from '../../kit/tool-error.ts';

/** What the client sends of one; a longer one would be cut, and nobody could sign in with it. */
export const maxPasswordBytes = 63;

/**
 * The password that the person typed, in the form that the server takes. The text cannot be wiped, so it lives as short
 * as its caller; the bytes are wiped by the kit.
 */
export function typedPassword(typed: Uint8Array | null): string {
  if (typed === null) throw refused('No password was typed.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(typed);
  } catch {
    throw refused('The password holds characters that cannot be sent.');
  }
  if (text === '') throw refused('The password is empty.');
  if (typed.byteLength > maxPasswordBytes) throw refused(`The password has more than ${maxPasswordBytes} bytes.`);
  if (/[\u0000-\u001f\u007f]/.test(text)) throw refused('The password holds a control character, e.g. a line end.');
  return text;
}

const refused = (message: string): ToolError =>
  new ToolError('invalid-input', message, 'Call the tool again and type it in Chatelaine.');
