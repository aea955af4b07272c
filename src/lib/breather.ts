/**
 * Keeps a long loop from holding up everything else: `await breathe()` in each round lets other work of the thread go
 * first whenever the loop has run for `everyMs` since it last did.
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
