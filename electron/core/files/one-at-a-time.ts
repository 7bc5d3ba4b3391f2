/** Runs each piece of work after all earlier ones have ended, whether they succeeded or not; gives its result or error. */
export type OneAtATime = <Result>(work: () => Promise<Result>) => Promise<Result>;

export const oneAtATime = (): OneAtATime => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
};
