import { ToolError } from './tool-error.ts';

/** Of one call with all its requests. Clients and the host wait for up to five minutes; a person may have used some. */
export const callDeadlineMs = 210_000;

/** Runs `work` with a context whose signal also aborts at the deadline; what then ends it is the ToolError that says so. */
export async function withinDeadline<Context extends { signal: AbortSignal }, T>(
  context: Context,
  { deadlineMs = callDeadlineMs, isRead }: { deadlineMs?: number; isRead: boolean },
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(tookTooLong(deadlineMs, isRead)), deadlineMs);
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, deadline.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

const tookTooLong = (deadlineMs: number, isRead: boolean): ToolError =>
  new ToolError(
    'timed-out',
    `The call was not done within ${deadlineMs / 60_000} minutes and was ended.`,
    isRead ? 'Ask for less: a filter, or one group.' : 'Part of it may have been done: look before you repeat it.',
  );
