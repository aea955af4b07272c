import { useEffect, useState } from "preact/hooks";
import { loadChunk } from "./load-chunk.ts";

/**
 * Loads a chunk of the dashboard when the component appears.
 * @param load an `import()`, always the same
 * @returns undefined until it is loaded
 */
export function useChunk<T>(load: () => Promise<T>): T | undefined {
  const [chunk, setChunk] = useState<{ module: T } | undefined>(undefined);
  useEffect(() => loadChunk(load, (module) => setChunk({ module })), []);
  return chunk?.module;
}
