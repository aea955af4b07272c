import type { InsertedText, Program, ProgramPlaces } from "../../../domain/task.ts";
import { type OriginalPlace, readMappings } from "../../../lib/source-mappings.ts";

/** Turns the engine's stack trace into the frames of the task's own code, with positions in the task's own files. */
export type FrameReader = (trace: string) => string;

/** The file name of the guest API, which means nothing to the author of a task. */
const GUEST_API = "ratchet:guest";
/** `    at name (file:line:column)`, or without a name if the engine's parser rejected something. */
const FRAME = /^( *at )(?:(.*) \()?([^()]*?):(\d{1,9}):(\d{1,9})\)?$/;
/** The engine's name for code outside all functions. */
const TOP_LEVEL = "<eval>";

/**
 * Creates the reader for one program. The mappings of a bundled program are read when its first frame is looked up. Frames
 * of the guest API, of built-in functions and of the bundler's own code are left out.
 */
export function frameReader({ fileName, places }: Program): FrameReader {
  let find: ((line: number, column: number) => OriginalPlace | undefined) | undefined;

  const original = (line: number, column: number): string | undefined => {
    if (places === undefined) return `${fileName}:${line}:${column}`;
    const { files, mappings } = places;
    if (mappings === undefined) return place(places, { source: 0, line: line - 1, column: column - 1 });
    find ??= readMappings(mappings);
    const found = find(line - 1, column - 1);
    return found === undefined || !files[found.source] ? undefined : place(places, found);
  };

  const frame = (text: string): string | undefined => {
    const [, at, name, file, line, column] = FRAME.exec(text) ?? [];
    if (at === undefined || file === undefined || file === GUEST_API) return undefined;
    const found = file === fileName ? original(Number(line), Number(column)) : `${file}:${line}:${column}`;
    if (found === undefined) return undefined;
    return name === undefined || name === TOP_LEVEL ? at + found : `${at}${name} (${found})`;
  };

  return (trace) =>
    trace
      .split("\n")
      .flatMap((line) => frame(line) ?? [])
      .join("\n");
}

function place({ files, inserted }: ProgramPlaces, { source, line, column }: OriginalPlace): string {
  const shown = { line: line + 1, column: column + 1 };
  if (inserted?.file === source) shown.column = authorsColumn(shown, inserted);
  return `${files[source]}:${shown.line}:${shown.column}`;
}

function authorsColumn({ line, column }: { line: number; column: number }, inserted: InsertedText): number {
  if (line !== inserted.line || column < inserted.column) return column;
  return Math.max(column - inserted.length, inserted.column);
}
