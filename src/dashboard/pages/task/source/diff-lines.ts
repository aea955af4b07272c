/** A line of a comparison. */
export interface DiffLine {
  key: string;
  kind: "added" | "removed" | "same";
  text: string;
  /** Its number before; undefined if it is new. */
  before: number | undefined;
  /** Its number after; undefined if it is gone. */
  after: number | undefined;
}

/** A part of a patch, with lines that begin with a space, a plus or a minus. */
export interface Hunk {
  oldStart: number;
  newStart: number;
  lines: readonly string[];
}

/** Returns the lines of a part of a patch with their numbers. */
export function linesOf({ oldStart, newStart, lines }: Hunk): DiffLine[] {
  let [before, after] = [oldStart, newStart];
  return lines
    .filter((line) => !line.startsWith("\\"))
    .map((line): DiffLine => {
      const text = line.slice(1);
      const key = `${before}:${after}:${line.charAt(0)}`;
      if (line.startsWith("+")) return { key, kind: "added", text, before: undefined, after: after++ };
      if (line.startsWith("-")) return { key, kind: "removed", text, before: before++, after: undefined };
      return { key, kind: "same", text, before: before++, after: after++ };
    });
}
