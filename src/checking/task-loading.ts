import { programFromFlat } from "../domain/flat-program.ts";
import type { TaskFiles } from "../task/task-files.ts";
import { LOADED_HERE, type TaskLoading } from "../task/task-loading.ts";
import { WORKFLOW_FILE } from "../task/task-place.ts";
import { type SchemaWork, validateFiles } from "../task/validate.ts";
import type { Checker } from "./checker.ts";
import { nameFormOf, type PackedFiles, unpackError } from "./packed-task.ts";

/** Tasks with more bytes or files than this are loaded on another thread: parsing 64 kB takes about 10 ms. */
const INLINE_BYTES = 64 * 1024;
const INLINE_FILES = 50;
/** The largest task takes a few seconds. */
const LOADING_TIME_MS = 30_000;
/** All loading shares one thread, so that the other is free for values. */
const CALLER = "loading of tasks";

/**
 * Loads small tasks on the calling thread and all others on the threads of a checker. @param schemas for small tasks
 */
export function createTaskLoading(checker: Checker, schemas: SchemaWork): TaskLoading {
  const options = {
    caller: CALLER,
    timeMs: LOADING_TIME_MS,
    tooLong: {
      message: `The program takes longer than ${LOADING_TIME_MS / 1_000}s to load.`,
      remedy: "Make it smaller, or remove packages that it does not need.",
    },
  };
  return {
    async program(files) {
      const packed = await packFiles(files, (path) => !path.startsWith("tests/"));
      if (packed === undefined) return LOADED_HERE.program(files);
      const result = await checker.check({ kind: "program", files: packed }, options);
      if ("failure" in result) throw unpackError(result.failure);
      return programFromFlat(result);
    },
    async report(files) {
      const packed = await packFiles(files, () => true);
      if (packed === undefined) return validateFiles(files, schemas);
      return (await checker.check({ kind: "report", files: packed }, options)).report;
    },
    async graph(files) {
      const packed = await packFiles(files, (path) => path === WORKFLOW_FILE);
      if (packed === undefined) return LOADED_HERE.graph(files);
      const result = await checker.check({ kind: "graph", files: packed }, options);
      if ("failure" in result) throw unpackError(result.failure);
      return result.graph;
    },
  };
}

/** @returns undefined if the task is small enough for this thread */
async function packFiles(files: TaskFiles, wanted: (path: string) => boolean): Promise<PackedFiles | undefined> {
  const contents = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const path of await files.list()) {
    if (!wanted(path)) continue;
    const content = await files.read(path);
    if (content === undefined) continue;
    bytes += content.length;
    contents.set(path, content);
  }
  if (bytes <= INLINE_BYTES && contents.size <= INLINE_FILES) return undefined;
  // Reading the files took a while, and copying them will, too. Let other work run in between.
  await new Promise((resolve) => setImmediate(resolve));
  return { origin: files.origin, nameForm: nameFormOf(files), contents };
}
