import type { Program, ProgramPlaces } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";

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
 * Restores a program.
 * @param readTexts returns the texts when something needs them
 * @returns undefined if the content is not a program
 */
export function restoreProgram(content: Buffer, readTexts: () => Buffer | undefined): Program | undefined {
  const end = content.indexOf(10);
  if (end < 0) return undefined;
  const { id, fileName, codeBytes, mappingsBytes, places } = JSON.parse(content.toString("utf8", 0, end)) as Head;
  const code = content.toString("utf8", end + 1, end + 1 + codeBytes);
  const program: Program = { id, fileName, code };
  if (places === undefined) return program;
  const start = end + 1 + codeBytes;
  const mappings = mappingsBytes === undefined ? undefined : content.toString("utf8", start, start + mappingsBytes);
  const texts = () => JSON.parse(readTexts()?.toString() ?? "[]") as string[];
  return { ...program, places: { ...places, ...defined({ mappings }) }, texts };
}
