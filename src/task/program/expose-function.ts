import type { Expression, Program } from "acorn";
import { taskInvalid } from "../failure.ts";
import { commonJsAwait } from "./commonjs-await.ts";
import { SCRIPT_VALUE } from "./link-names.ts";
import { markExpression } from "./mark-expression.ts";
import { parseScript } from "./parse-script.ts";
import type { PreparedSource } from "./prepare-source.ts";
import type { SourceLanguage } from "./source-language.ts";

/** Stores a script's completion value, which a bundle would lose. A variable would name an anonymous function. */
const VALUE = "module.ratchet";

/** A script that was parsed successfully. */
export interface ScriptFacts {
  language: SourceLanguage;
  /** Name to report in a problem. */
  file: string;
  /** It awaits something at its top level, so the module must be an ES module. */
  awaits: boolean;
}

/**
 * Turns a script into a module that exports its function: the value of `module.exports`, its completion value, or its
 * global `main`, by the same rules as for a plain script in the sandbox. All code stays on its line.
 * @throws {RatchetError} TASK_INVALID when the expression of a TypeScript source that is the function cannot be found
 */
export async function exposeFunction(
  source: PreparedSource,
  { language, file, awaits }: ScriptFacts,
): Promise<PreparedSource> {
  const { text, inserted } = source;
  const conflict = awaits ? commonJsAwait(text, file) : undefined;
  if (conflict !== undefined) throw taskInvalid([conflict]);
  const value = awaits ? SCRIPT_VALUE : VALUE;
  const mark = `${value}=`;
  const ending = awaits ? moduleEnding : scriptEnding;
  if (inserted !== undefined) {
    // The mark replaces the `0,` before a bare function.
    const { offset, length } = inserted;
    const marked = text.slice(0, offset) + mark + text.slice(offset + length);
    return { text: marked + ending(value), inserted: { offset, length: mark.length } };
  }
  const parsed = await parseScript(text, language, awaits ? "module" : "script");
  const expression = parsed === undefined ? undefined : lastExpression(parsed.program);
  if (parsed === undefined || expression === undefined) return { text: text + ending("undefined") };
  if (expression.type === "Identifier") return { text: text + ending(expression.name) };
  const offset =
    language === "js"
      ? expression.start
      : await markExpression(text, parsed.script.slice(expression.start, expression.end), mark);
  if (offset === undefined) {
    const message = "The expression that is the task's function cannot be determined.";
    const remedy = "Give it a name: `const main = ...`.";
    throw taskInvalid([{ severity: "error", file, message, remedy }]);
  }
  const marked = text.slice(0, offset) + mark + text.slice(offset);
  return { text: marked + ending(value), inserted: { offset, length: mark.length } };
}

function scriptEnding(value: string): string {
  return `\n;module.exports=${functionAmong(`module.exports,${value}`)}`;
}

function moduleEnding(value: string): string {
  return `\n;export default ${functionAmong(value)}`;
}

function functionAmong(values: string): string {
  return [
    `[${values},typeof main==="undefined"?0:main]`,
    `.map((f)=>typeof f==="function"?f:f?f.main??f.default:0).find((f)=>typeof f==="function")`,
  ].join("");
}

/** Returns the expression that determines a script's completion value. In a sequence this is the last one. */
export function lastExpression(program: Program): Expression | undefined {
  const last = program.body.findLast((statement) => !type(statement).endsWith("Declaration") && mayComplete(statement));
  if (last?.type !== "ExpressionStatement" || last.directive !== undefined) return undefined;
  const { expression } = last;
  return expression.type === "SequenceExpression" ? expression.expressions.at(-1) : expression;
}

function type(statement: Program["body"][number]): string {
  return statement.type;
}

/** Skips empty statements, which have no value, and the transpiler's output for `enum`, `namespace` and decorators. */
function mayComplete(statement: Program["body"][number]): boolean {
  if (statement.type === "EmptyStatement") return false;
  return (
    statement.type !== "ExpressionStatement" || !(isScope(statement.expression) || decorates(statement.expression))
  );
}

/** Matches `((E) => {...})(E ||= {})`. Its body returns nothing, so it never evaluates to a function. */
function isScope(expression: Expression): boolean {
  if (expression.type !== "CallExpression" || expression.arguments.length !== 1) return false;
  const { callee, arguments: given } = expression;
  const [argument] = given;
  if (callee.type !== "ArrowFunctionExpression" || callee.body.type !== "BlockStatement") return false;
  return argument?.type === "AssignmentExpression" && argument.operator === "||=";
}

/** Matches `__decorateElement_x(...)`, `E = _E$1` and the like, which use the transpiler's own names. */
function decorates(expression: Expression): boolean {
  if (expression.type === "SequenceExpression") return expression.expressions.every(decorates);
  if (expression.type === "AssignmentExpression") {
    const names = [expression.left, expression.right].map((side) => (side.type === "Identifier" ? side.name : ""));
    return names.some((name) => /^_\w+\$\d+$/.test(name)) || decorates(expression.right);
  }
  if (expression.type !== "CallExpression" || expression.callee.type !== "Identifier") return false;
  return /^__(?:decorat[A-Z]?\w*|runInitializers)_\w+$/.test(expression.callee.name);
}
