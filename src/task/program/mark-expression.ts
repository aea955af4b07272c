import { parseScript } from "./parse-script.ts";
import { tokens } from "./tokens.ts";

/** Places that are tried. What follows the expression can only be declarations. */
const MAX_TRIES = 50;

/**
 * Finds where the last expression statement of a TypeScript source begins. The transpiler gives no places, so every place
 * where a statement can begin is tried from the end: with the mark put in there, the transpiled text has to be the same
 * expression behind the mark.
 * @param expression the statement's expression, as transpiled
 * @param mark an assignment, such as `name=`
 * @returns the offset for the mark; undefined when no place fits
 */
export async function markExpression(text: string, expression: string, mark: string): Promise<number | undefined> {
  const [first = ""] = /^(?:[\w$]+|.)/.exec(expression) ?? [];
  const likely = statementStarts(text).filter((at) => text.startsWith(first, at) || /[(<]/.test(text[at] ?? ""));
  for (const at of likely.reverse().slice(0, MAX_TRIES)) {
    const parsed = await parseScript(text.slice(0, at) + mark + text.slice(at), "ts");
    for (const statement of parsed?.program.body ?? []) {
      if (parsed === undefined || statement.type !== "ExpressionStatement") continue;
      const { expression: marked } = statement;
      if (marked.type !== "AssignmentExpression") continue;
      const { left, right } = marked;
      const isMarked = `${parsed.script.slice(left.start, left.end)}=` === mark;
      if (isMarked && parsed.script.slice(right.start, right.end) === expression) return at;
    }
  }
  return undefined;
}

/** Offsets outside all brackets where a statement can begin: on a new line, or behind `;` or `}`. */
function statementStarts(text: string): number[] {
  const starts: number[] = [];
  let depth = 0;
  let end = 0;
  for (const token of tokens(text)) {
    const before = text[end - 1] ?? ";";
    const isFirst = end === 0 || before === ";" || before === "}" || text.slice(end, token.start).includes("\n");
    if (depth === 0 && isFirst) starts.push(token.start);
    if (/^[([{]$/.test(token.text)) depth += 1;
    else if (/^[)\]}]$/.test(token.text)) depth -= 1;
    end = token.start + token.text.length;
  }
  return starts;
}
