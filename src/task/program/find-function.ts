import type { Expression, Program, Statement } from "acorn";
import type { Problem } from "../../domain/problem.ts";
import type { ProgramSource } from "./read-program.ts";
import { untrustedTranspiler } from "./scan-source.ts";

/**
 * Says when a program certainly gives no function, without running it. A program that computes its function in a way
 * that cannot be seen here passes; what it really gives shows when it runs.
 * @param file name for the problem
 */
export async function missingFunction(program: ProgramSource, file: string): Promise<Problem | undefined> {
  const { language, source, scanned } = program;
  if (scanned.isModule) {
    const exported = scanned.exports.some((name) => name === "default" || name === "main" || name === "*");
    if (exported) return undefined;
    const remedy = "Write `export default function (input) {...}` or export a function named main.";
    return { severity: "error", file, message: "The program exports neither a default nor main.", remedy };
  }
  // A CommonJS program may fill its exports in any way.
  if (/\b(?:module|exports)\b/.test(source.text)) return undefined;
  const script = language === "js" ? source.text : untrustedTranspiler("ts").transformSync(source.text);
  const { parse } = await import("acorn");
  let parsed: Program;
  try {
    parsed = parse(script, { ecmaVersion: "latest", sourceType: "script" });
  } catch {
    return undefined;
  }
  if (parsed.body.some(definesMain) || /\bmain\s*=[^=]/.test(script)) return undefined;
  const last = parsed.body.findLast(({ type }) => type !== "EmptyStatement" && !type.endsWith("Declaration"));
  if (last !== undefined && last.type !== "ExpressionStatement") return undefined;
  if (last?.type === "ExpressionStatement" && last.directive === undefined && mayBeFunction(last.expression)) {
    return undefined;
  }
  const remedy = "Write `function main(input) {...}`, or end the program with its function.";
  return { severity: "error", file, message: "The program gives no function to call.", remedy };
}

function definesMain(statement: Statement | Program["body"][number]): boolean {
  if (statement.type === "FunctionDeclaration") return statement.id?.name === "main";
  if (statement.type !== "VariableDeclaration") return false;
  // Destructuring may well define it.
  return statement.declarations.some(({ id }) => id.type !== "Identifier" || id.name === "main");
}

/** Whether an expression's value may be a function, or an object with one. */
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
