/** How soon a chunk that could not be loaded is asked for again, in ms. */
const RETRY_MS = 2_000;

/**
 * Loads a chunk of the dashboard. One that can't be loaded, because the server is away, is asked for again until it comes.
 * @param load an `import()`
 * @param use called with the chunk
 * @param onProblem called with the error of each attempt that failed
 * @returns a function that ends it
 */
export function loadChunk<T>(
  load: () => Promise<T>,
  use: (chunk: T) => void,
  onProblem: (error: unknown) => void = () => {},
): () => void {
  let isWanted = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attempt = () => {
    load().then(
      (chunk) => isWanted && use(chunk),
      (error: unknown) => {
        if (!isWanted) return;
        onProblem(error);
        timer = setTimeout(attempt, RETRY_MS);
      },
    );
  };
  attempt();
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}
