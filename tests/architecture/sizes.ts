import type {
  ArrowFunctionExpression,
  Expression,
  Function as FunctionNode,
  ParamPattern,
  Statement,
} from "oxc-parser";
import { type FoundFunction, functionsOf } from "./functions.ts";
import { lineOf, type Rule, type SourceFile, violation } from "./source-file.ts";

/** Lines of one file at most. */
const LONGEST_FILE = 300;
/** Lines of one test file at most: a table of cases is easier to read whole. */
const LONGEST_TEST_FILE = 400;
/** Lines of the file in the middle at most. */
const LONGEST_MEDIAN = 99;
/** Lines of one function at most, from its first word to its closing brace. */
const LONGEST_FUNCTION = 60;
/** Parameters in a row at most. `this` is not one of them. */
const MOST_PARAMETERS = 4;

function lineCount(file: SourceFile): number {
  return file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
}

/** No file over 300 lines; no test file over 400. */
export const fileLength: Rule = (files) =>
  files.flatMap((file) => {
    const lines = lineCount(file);
    const most = file.path.startsWith("tests/") ? LONGEST_TEST_FILE : LONGEST_FILE;
    if (lines <= most) return [];
    return [violation("file-length", file, { start: 0 }, `${lines} lines, ${most} at most: split it by concern`)];
  });

/** The median file is under 100 lines long. */
export const medianLength: Rule = (files) => {
  const counts = files.map((file) => ({ file, lines: lineCount(file) })).sort((a, b) => a.lines - b.lines);
  const middle = counts[Math.floor(counts.length / 2)];
  if (!middle || middle.lines <= LONGEST_MEDIAN) return [];
  const message = `the median file has ${middle.lines} lines, ${LONGEST_MEDIAN} at most: split the long ones`;
  return [violation("median-length", middle.file, { start: 0 }, message)];
};

/** No function over 60 lines, unless it is a table of data or a group of tests. */
export const functionLength: Rule = (files) =>
  files.flatMap((file) =>
    functionsOf(file).flatMap(({ node, name, caller }) => {
      if (!isFunction(node) || caller === "describe") return [];
      const lines = lineOf(file, node.end) - lineOf(file, node.start) + 1;
      if (lines <= LONGEST_FUNCTION || isTable(node)) return [];
      const message = `${name} has ${lines} lines, ${LONGEST_FUNCTION} at most: split it into named parts`;
      return [violation("function-length", file, node, message)];
    }),
  );

/** At most four parameters in a row. */
export const parameters: Rule = (files) =>
  files.flatMap((file) =>
    functionsOf(file).flatMap(({ node, name }) => {
      const count = node.params.filter((parameter) => !isThis(parameter)).length;
      if (count <= MOST_PARAMETERS) return [];
      const message = `${name} has ${count} parameters, ${MOST_PARAMETERS} at most: take one object`;
      return [violation("parameters", file, node, message)];
    }),
  );

type FunctionWithBody = FunctionNode | ArrowFunctionExpression;

function isFunction(node: FoundFunction["node"]): node is FunctionWithBody {
  return "body" in node && node.body !== null;
}

function isThis(parameter: ParamPattern): boolean {
  return parameter.type === "Identifier" && parameter.name === "this";
}

/**
 * A table of data is a function that does nothing but return one object or array literal, in which no function has
 * statements of its own.
 */
function isTable({ body }: FunctionWithBody): boolean {
  const only = body?.type === "BlockStatement" && body.body.length === 1 ? body.body[0] : undefined;
  const value = body?.type === "BlockStatement" ? returned(only) : (body as Expression | null);
  return value !== undefined && value !== null && isLiteral(value) && !hasBlock(value);
}

function returned(statement: Statement | undefined): Expression | undefined {
  return statement?.type === "ReturnStatement" ? (statement.argument ?? undefined) : undefined;
}

function isLiteral(value: Expression): boolean {
  switch (value.type) {
    case "ObjectExpression":
    case "ArrayExpression":
      return true;
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return isLiteral(value.expression);
    default:
      return false;
  }
}

/** Whether statements are anywhere in an expression. Only functions and classes bring them there. */
function hasBlock(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasBlock);
  if (typeof node !== "object" || node === null) return false;
  const { type } = node as { type?: unknown };
  if (type === "BlockStatement" || type === "ClassExpression") return true;
  return Object.values(node).some(hasBlock);
}
