import type { Program } from "../../domain/task.ts";

/**
 * Turns the places in a guest's stack or message (`main.ts:12:5`) into those of the task's own files. Only needed after
 * a failure, so the reader of source maps is loaded here.
 * @returns the text as it is when the program's lines are those of its source
 */
export async function originalStack(program: Program, text: string): Promise<string> {
  const { fileName, sourceMap } = program;
  if (sourceMap === undefined || !text.includes(fileName)) return text;
  const { originalPositionFor, TraceMap } = await import("@jridgewell/trace-mapping");
  const map = new TraceMap(sourceMap);
  const place = new RegExp(`(?<![\\w./-])${fileName.replace(".", "\\.")}:(\\d{1,9})(?::(\\d{1,9}))?`, "g");
  return text.replace(place, (whole: string, line: string, column: string | undefined) => {
    if (Number(line) < 1) return whole;
    const { source, ...found } = originalPositionFor(map, {
      line: Number(line),
      column: Math.max(0, Number(column ?? 1) - 1),
    });
    if (source === null) return whole;
    const end = column === undefined ? "" : `:${(found.column ?? 0) + 1}`;
    return `${source.replace(/^task[:/]/, "")}:${found.line}${end}`;
  });
}
