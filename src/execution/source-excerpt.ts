import type { Program } from "../domain/task.ts";
import { originalStack } from "../task/program/original-stack.ts";

/**
 * The line of a task's source where an error was raised, with a mark under the place.
 * @param stack the guest's own
 * @returns undefined when the stack names no place in the program
 */
export async function sourceExcerpt(program: Program, stack: string): Promise<string | undefined> {
  const mapped = await originalStack(program, stack);
  for (const [, file = "", line = "", column = "1"] of mapped.matchAll(/([\w./-]+\.[cm]?[jt]sx?):(\d+)(?::(\d+))?/g)) {
    const text = sourceText(program, file)?.split("\n")[Number(line) - 1];
    if (text === undefined) continue;
    const shown = text.replaceAll("\t", " ").slice(0, 200);
    return `${file}:${line}:${column}\n  ${shown}\n  ${" ".repeat(Math.min(Number(column), 200) - 1)}^`;
  }
  return undefined;
}

/** The text of a file of the program: of its map where it was bundled, else the program itself. */
function sourceText(program: Program, file: string): string | undefined {
  if (program.sourceMap === undefined) return file === program.fileName ? program.code : undefined;
  const map = JSON.parse(program.sourceMap) as { sources?: (string | null)[]; sourcesContent?: (string | null)[] };
  const index = map.sources?.findIndex((source) => source?.replace(/^task[:/]/, "") === file) ?? -1;
  return map.sourcesContent?.[index] ?? undefined;
}
