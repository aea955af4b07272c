/** How long the slowest of many calls took, and all of them together, ms. */
export interface ResponseTimes {
  slowest: number;
  all: number;
}

/** Calls again and again, one after the other, until `work` is done. Tests compare the slowest call with the whole. */
export async function responseTimesDuring(
  work: Promise<unknown>,
  call: () => Promise<unknown>,
): Promise<ResponseTimes> {
  let done = false;
  const end = work.finally(() => {
    done = true;
  });
  const begin = performance.now();
  let slowest = 0;
  while (!done) {
    const start = performance.now();
    await call();
    slowest = Math.max(slowest, performance.now() - start);
  }
  await end;
  return { slowest, all: performance.now() - begin };
}
