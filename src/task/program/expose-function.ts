import type { Program } from "acorn";
import { type PreparedSource, skipTrivia } from "./prepare-source.ts";
import { type SourceLanguage, untrustedTranspiler } from "./scan-source.ts";

/** Holds a script's completion value, which a bundle would lose. */
const VALUE = "ratchet$value";

/**
 * Makes a script a module that exports its function: its completion value, what it leaves in `module.exports`, or its
 * global `main`, as the sandbox would find it in a plain script. Nothing moves to another line.
 * @param text a script that its parser took
 */
export async function exposeFunction({ text, inserted }: PreparedSource, language: SourceLanguage): Promise<string> {
  if (inserted !== undefined) {
    // The `0,` of a bare function makes room.
    const { offset, length } = inserted;
    return `${text.slice(0, offset)}${VALUE}=${text.slice(offset + length)}${ending(VALUE)}`;
  }
  const script = language === "js" ? text : untrustedTranspiler("ts").transformSync(text);
  const expression = await lastExpression(script);
  if (expression === undefined) return text + ending("undefined");
  if (language === "js") {
    const { start, end } = expression;
    return `${text.slice(0, start)}${VALUE}=(${text.slice(start, end)})${text.slice(end)}${ending(VALUE)}`;
  }
  // The expression's place is known only in the transpiled text, where lines have moved. Two common forms need no
  // place: a name, and a program that is one expression.
  if (expression.name !== undefined) return text + ending(expression.name);
  const start = skipTrivia(text, 0);
  const kept = `${text.slice(0, start)}${VALUE}=${text.slice(start)}${ending(VALUE)}`;
  // Types may stand before the expression; then this does not parse.
  if (expression.isOnly && parses(kept)) return kept;
  return `${script.slice(0, expression.start)}${VALUE}=(${script.slice(expression.start, expression.end)})${script.slice(expression.end)}${ending(VALUE)}`;
}

function ending(value: string): string {
  return [
    `\n;var ${VALUE};module.exports=[${value},module.exports,typeof main==="undefined"?0:main]`,
    `.map((f)=>typeof f==="function"?f:f?f.main??f.default:0).find((f)=>typeof f==="function")`,
  ].join("");
}

/** The expression that gives a script its completion value. */
async function lastExpression(
  script: string,
): Promise<{ start: number; end: number; name?: string; isOnly: boolean } | undefined> {
  const { parse } = await import("acorn");
  let program: Program;
  try {
    program = parse(script, { ecmaVersion: "latest", sourceType: "script", allowHashBang: true });
  } catch {
    // Syntax that Bun's parser knows and acorn does not: module.exports and main still count.
    return undefined;
  }
  const statements = program.body.filter(({ type }) => type !== "EmptyStatement");
  const last = statements.findLast(({ type }) => !type.endsWith("Declaration"));
  if (last?.type !== "ExpressionStatement" || last.directive !== undefined) return undefined;
  const { start, end } = last.expression;
  const name = last.expression.type === "Identifier" ? last.expression.name : undefined;
  const isOnly = statements.length === 1 && last.expression.type !== "SequenceExpression";
  return { start, end, ...(name === undefined ? {} : { name }), isOnly };
}

function parses(text: string): boolean {
  try {
    untrustedTranspiler("ts").scan(text);
    return true;
  } catch {
    return false;
  }
}
