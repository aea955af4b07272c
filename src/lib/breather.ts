/**
 * Keeps a long loop from blocking the thread: `await breathe()` in each iteration lets other work run whenever the loop
 * has run for `everyMs` since the last pause.
 */
export function createBreather(everyMs = 8): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < everyMs) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
