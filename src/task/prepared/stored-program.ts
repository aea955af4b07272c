import type { CompiledForms, Program, ProgramPlaces } from "../../domain/task.ts";

/** A program in the form for files. The texts of the task's files are only needed for the report of an error. */
export interface StoredProgram {
  program: Uint8Array;
  texts: Uint8Array | undefined;
}

/** What precedes the code and the mappings. */
interface Head {
  id: string;
  fileName: string;
  codeBytes: number;
  mappingsBytes: number | undefined;
  places: Omit<ProgramPlaces, "mappings"> | undefined;
}

/** Converts a program to {@link StoredProgram}. */
export function storeProgram({ id, fileName, code, places, texts }: Program): StoredProgram {
  const { mappings, ...others } = places ?? { mappings: undefined, files: [] };
  const [codeUtf8, mappingsUtf8] = [Buffer.from(code), Buffer.from(mappings ?? "")];
  const head: Head = {
    id,
    fileName,
    codeBytes: codeUtf8.length,
    mappingsBytes: mappings === undefined ? undefined : mappingsUtf8.length,
    places: places === undefined ? undefined : others,
  };
  const program = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), codeUtf8, mappingsUtf8]);
  return { program, texts: texts === undefined ? undefined : Buffer.from(JSON.stringify(texts())) };
}

/**
 * Restores a program. Its code and mappings are read from `content` when something needs them: an engine that has the program
 * in a compiled form needs neither.
 * @param besides what else the program has, if anything; the texts are read when something needs them
 * @returns undefined if the content is not a program
 */
export function restoreProgram(
  content: Buffer,
  besides?: { compiled: CompiledForms; readTexts: () => Buffer | undefined },
): Program | undefined {
  const end = content.indexOf(10);
  if (end < 0) return undefined;
  const { id, fileName, codeBytes, mappingsBytes, places } = JSON.parse(content.toString("utf8", 0, end)) as Head;
  const mappings = end + 1 + codeBytes;
  const code = { get: once(() => content.toString("utf8", end + 1, mappings)), enumerable: true };
  const program = Object.defineProperty({ id, fileName } as Program, "code", code);
  if (besides !== undefined) program.compiled = besides.compiled;
  if (places === undefined) return program;
  if (besides !== undefined) program.texts = () => JSON.parse(besides.readTexts()?.toString() ?? "[]") as string[];
  program.places = places;
  if (mappingsBytes !== undefined) {
    const get = once(() => content.toString("utf8", mappings, mappings + mappingsBytes));
    Object.defineProperty(places, "mappings", { get, enumerable: true });
  }
  return program;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
