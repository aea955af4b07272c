import { parseScript } from "./parse-script.ts";
import { skipTrivia } from "./prepare-source.ts";

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
  for (let at = skipTrivia(text, 0); at < text.length; at = skipTrivia(text, end)) {
    const before = text[end - 1] ?? ";";
    if (depth === 0 && (before === ";" || before === "}" || text.slice(end, at).includes("\n") || end === 0))
      starts.push(at);
    if (/[([{]/.test(text[at] ?? "")) depth += 1;
    else if (/[)\]}]/.test(text[at] ?? "")) depth -= 1;
    end = tokenEnd(text, at, before);
  }
  return starts;
}

/** @param before the last character of the token before: behind a value `/` divides, else a regular expression begins */
function tokenEnd(text: string, at: number, before: string): number {
  const rest = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 1;
  };
  const first = text[at] ?? "";
  if (first === '"' || first === "'") return at + rest(/(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/y);
  if (first === "`") return templateEnd(text, at);
  if (first === "/" && !/[\w$)\]"'`]/.test(before))
    return at + rest(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y);
  return at + rest(/[\w$]+|./y);
}

/** Behind a template literal; what stands in its `${}` may hold further ones. */
function templateEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) at = substitutionEnd(text, at + 2) - 1;
  }
  return text.length;
}

function substitutionEnd(text: string, start: number): number {
  let depth = 1;
  let before = "{";
  for (let at = skipTrivia(text, start); at < text.length; ) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    const end = tokenEnd(text, at, before);
    if (depth === 0) return end;
    before = text[end - 1] ?? "";
    at = skipTrivia(text, end);
  }
  return text.length;
}
