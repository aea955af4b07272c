import type { Program } from "../domain/task.ts";

/**
 * Returns the line of a task's source that threw an error, with a mark below the position.
 * @param stack the guest's stack, which refers to the task's files
 * @returns undefined if no frame of the stack is in the program
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
  return index < 0 ? undefined : texts?.()[index];
}
