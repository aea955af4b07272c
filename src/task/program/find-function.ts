import type { Expression } from "acorn";
import type { Problem } from "../../domain/problem.ts";
import { definesMain, parseScript } from "./parse-script.ts";
import type { ProgramSource } from "./read-program.ts";

/**
 * Reports a program that certainly has no function, without running it. A program that computes its function in a way
 * that cannot be analysed here passes, and is checked when it runs.
 * @param file name to report in the problem
 */
export async function missingFunction(program: ProgramSource, file: string): Promise<Problem | undefined> {
  const { language, source, scanned } = program;
  // readProgram reports this for modules.
  if (scanned.isModule) return undefined;
  // A CommonJS program may fill its exports in any way.
  if (/\b(?:module|exports)\b/.test(source.text)) return undefined;
  const parsed = await parseScript(source.text, language);
  if (parsed === undefined) return undefined;
  const { body } = parsed.program;
  if (body.some(definesMain) || /\bmain\s*=[^=]/.test(source.text)) return undefined;
  const last = body.findLast(({ type }) => type !== "EmptyStatement" && !type.endsWith("Declaration"));
  if (last !== undefined && last.type !== "ExpressionStatement") return undefined;
  if (last?.type === "ExpressionStatement" && last.directive === undefined && mayBeFunction(last.expression)) {
    return undefined;
  }
  const remedy = "Write `function main(input) {...}`, or end the program with its function.";
  return { severity: "error", file, message: "The program has no function to call.", remedy };
}

/** Returns true if the value of an expression may be a function, or an object with one. */
function mayBeFunction(expression: Expression): boolean {
  switch (expression.type) {
    case "Literal":
    case "TemplateLiteral":
    case "ArrayExpression":
    case "BinaryExpression":
    case "UnaryExpression":
    case "UpdateExpression":
      return false;
    case "SequenceExpression": {
      const last = expression.expressions.at(-1);
      return last !== undefined && mayBeFunction(last);
    }
    default:
      return true;
  }
}
