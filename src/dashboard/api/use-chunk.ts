import { useEffect, useState } from "preact/hooks";

/**
 * Loads a chunk of the dashboard when the component appears.
 * @param load an `import()`, always the same
 * @returns undefined until it is loaded
 */
export function useChunk<T>(load: () => Promise<T>): T | undefined {
  const [chunk, setChunk] = useState<{ module: T } | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    load().then(
      (module) => isWanted && setChunk({ module }),
      () => {}, // What is shown without it stays.
    );
    return () => {
      isWanted = false;
    };
  }, []);
  return chunk?.module;
}
