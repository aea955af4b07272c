import { parseScript } from "./parse-script.ts";
import { tokens } from "./tokens.ts";

/** Maximum number of positions to try. Only declarations can follow the expression. */
const MAX_TRIES = 50;

/**
 * Finds the start of the last expression statement of a TypeScript source. The transpiler reports no positions, so all
 * positions where a statement can start are tried, from the end. With the mark inserted at the right one, the
 * transpiled text is the same expression after the mark.
 * @param expression the statement's expression, as transpiled
 * @param mark an assignment, such as `name=`
 * @returns the offset for the mark; undefined when no position matches
 */
export async function markExpression(text: string, expression: string, mark: string): Promise<number | undefined> {
  const [first = ""] = /^(?:[\w$]+|.)/.exec(expression) ?? [];
  const likely = statementStarts(text).filter((at) => text.startsWith(first, at) || /[(<]/.test(text[at] ?? ""));
  for (const at of likely.reverse().slice(0, MAX_TRIES)) {
    const parsed = await parseScript(text.slice(0, at) + mark + text.slice(at), "ts", "module");
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

/** Returns the offsets outside all brackets where a statement can start: on a new line, or after `;` or `}`. */
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
