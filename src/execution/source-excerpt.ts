import type { Program } from "../domain/task.ts";

/**
 * The line of a task's source where an error was raised, with a mark under the place.
 * @param stack the guest's own, which names the task's files
 * @returns undefined when the stack names no place in the program
 */
export function sourceExcerpt(program: Program, stack: string): string | undefined {
  for (const [, file = "", line = "", column = ""] of stack.matchAll(/^ *at (?:.* \()?([^()]*?):(\d+):(\d+)\)?$/gm)) {
    const text = sourceText(program, file)?.split("\n")[Number(line) - 1];
    if (text === undefined) continue;
    const shown = text.replaceAll("\t", " ").slice(0, 200);
    return `${file}:${line}:${column}\n  ${shown}\n  ${" ".repeat(Math.min(Number(column), 200) - 1)}^`;
  }
  return undefined;
}

function sourceText({ places, texts, code, fileName }: Program, file: string): string | undefined {
  if (places === undefined) return file === fileName ? code : undefined;
  const index = places.files.indexOf(file);
  return index < 0 ? undefined : texts?.[index];
}
