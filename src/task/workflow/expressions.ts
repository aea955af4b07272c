import type { Expression, Program } from "acorn";
import { messageOf } from "../../domain/unknown-error.ts";
import type { MemberReference, StepReference, WorkflowExpression, WorkflowPlace } from "../../domain/workflow.ts";
import { WORKFLOW_LIMITS } from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { freeNames } from "../program/free-names.ts";
import { skipTrivia } from "../program/prepare-source.ts";

/** What expressions see besides the globals of every task. */
const VISIBLE = ["input", "steps", "item", "index"] as const;

/** What is wrong with an expression, at an index of the string. */
export interface ExpressionFault {
  index: number;
  message: string;
  remedy: string;
}

/** An expression and where it ends in its string: at the index after the closing brace. */
export type ReadExpression =
  | { expression: WorkflowExpression; end: number; unknown: UnknownName[] }
  | { fault: ExpressionFault };

/** A name that is not defined in the sandbox, as far as can be known. */
export interface UnknownName {
  name: string;
  place: WorkflowPlace;
}

type Parse = typeof import("acorn").parseExpressionAt;

/**
 * Reads the expression that begins with `${` at an index of a string. It is parsed, and never evaluated.
 * @param placeAt the place in the file of an index of the string
 */
export function readExpression(
  parse: Parse,
  text: string,
  start: number,
  placeAt: (index: number) => WorkflowPlace,
): ReadExpression {
  const from = start + 2;
  const first = skipTrivia(text, from);
  if (first >= text.length) return { fault: unclosed(start) };
  if (text[first] === "}") {
    return {
      fault: {
        index: start,
        message: "The expression is empty.",
        remedy: "Write what it yields, such as ${ input.name }.",
      },
    };
  }
  let tree: Expression;
  try {
    tree = parse(text, from, { ecmaVersion: "latest", sourceType: "module", preserveParens: true });
  } catch (error) {
    return { fault: syntaxFault(error, text, start) };
  }
  const last = skipTrivia(text, tree.end);
  if (last >= text.length) return { fault: unclosed(start) };
  if (text[last] !== "}") {
    const message = `The expression ends before ${JSON.stringify(text.slice(last, last + 20))}.`;
    return { fault: { index: last, message, remedy: "Write one expression; close it with }." } };
  }
  const source = text.slice(from, last);
  if (source.length > WORKFLOW_LIMITS.expressionLength) {
    const message = `The expression has ${source.length} characters; the limit is ${WORKFLOW_LIMITS.expressionLength}.`;
    return { fault: { index: start, message, remedy: "Move the work into a task." } };
  }
  const comment = htmlComment(parse, text, { from, tree, source });
  if (comment !== undefined) return { fault: comment };
  if (isTooDeep(tree)) return { fault: tooDeep(start) };
  const refused = findRefused(tree);
  if (refused !== undefined) {
    return { fault: { index: refused.start, message: refused.message, remedy: "Move it into a task." } };
  }
  try {
    return { ...analysed(tree, source, { start, placeAt }), end: last + 1 };
  } catch (error) {
    // A long sum is a deep tree, although it was parsed in a loop.
    if (error instanceof RangeError) return { fault: tooDeep(start) };
    throw error;
  }
}

function tooDeep(index: number): ExpressionFault {
  return { index, message: "The expression is nested too deeply.", remedy: "Move the work into a task." };
}

/**
 * Finds what scripts take for a comment and modules for operators (ECMA-262, B.1.1): the compiled program is a script.
 * @returns undefined if both read the expression in the same way
 */
function htmlComment(
  parse: Parse,
  text: string,
  { from, tree, source }: { from: number; tree: Expression; source: string },
): ExpressionFault | undefined {
  const at = source.search(/<!--|-->/);
  if (at === -1) return undefined;
  try {
    const script = parse(text, from, { ecmaVersion: "latest", sourceType: "script", preserveParens: true });
    if (script.end === tree.end) return undefined;
  } catch {
    // It is one, and hides what comes after it.
  }
  const message = "The expression has <!-- or -->, which scripts take for a comment.";
  return { index: from + at, message, remedy: "Write a space in between, such as a < !(--b)." };
}

function unclosed(index: number): ExpressionFault {
  return {
    index,
    message: "The expression has no closing brace.",
    remedy: "Close it with }, or write $${ for the characters ${.",
  };
}

function syntaxFault(error: unknown, text: string, start: number): ExpressionFault {
  if (!(error instanceof SyntaxError) || /stack/.test(error.message)) {
    return tooDeep(start);
  }
  const { pos } = error as SyntaxError & { pos?: number };
  const index = Math.max(start, pos ?? start);
  if (index >= text.length) return unclosed(start);
  const what = messageOf(error).replace(/ \(\d+:\d+\)$/, "");
  return {
    index,
    message: `The expression is not valid JavaScript: ${what}.`,
    remedy: "Write one expression, such as ${ input.name }; close it with }.",
  };
}

/** Whether a tree is deeper than an expression may be. The same everywhere, unlike what a stack has room for. */
function isTooDeep(root: Expression): boolean {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    const depth = isNode(next.value) ? next.depth + 1 : next.depth;
    if (depth > WORKFLOW_LIMITS.expressionDepth) return true;
    for (const value of Object.values(next.value)) waiting.push({ value, depth });
  }
  return false;
}

type AnyNode = { type: string; start: number } & Record<string, unknown>;

/** Finds what only parts of programs can do. */
function findRefused(root: Expression): { start: number; message: string } | undefined {
  const waiting: { value: unknown; inFunction: boolean }[] = [{ value: root, inFunction: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, inFunction } = next;
    if (typeof value !== "object" || value === null) continue;
    if (isNode(value)) {
      const message = inFunction && value.type === "AwaitExpression" ? undefined : refusal(value);
      if (message !== undefined) return { start: value.start, message };
    }
    const isFunction = inFunction || (isNode(value) && /Function/.test(value.type));
    for (const child of Object.values(value)) waiting.push({ value: child, inFunction: isFunction });
  }
  return undefined;
}

function refusal(node: AnyNode): string | undefined {
  if (node.type === "AwaitExpression") return "An expression cannot wait for anything.";
  if (node.type === "ImportExpression") return "An expression cannot import modules.";
  if (node.type !== "MetaProperty" || !isNode(node.meta) || node.meta.name !== "import") return undefined;
  return "An expression has no import.meta.";
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function analysed(
  tree: Expression,
  source: string,
  { start, placeAt }: { start: number; placeAt: (index: number) => WorkflowPlace },
): { expression: WorkflowExpression; unknown: UnknownName[] } {
  const statement = { type: "ExpressionStatement", expression: tree, start: tree.start, end: tree.end };
  const program = { type: "Program", body: [statement], sourceType: "module", start: 0, end: tree.end } as Program;
  const references: StepReference[] = [];
  const inputs: MemberReference[] = [];
  const unknown: UnknownName[] = [];
  let usesItem = false;
  let computed: WorkflowPlace | undefined;
  for (const { name, start: at, members, isQuestion } of freeNames(program)) {
    if (name === "item" || name === "index") usesItem = true;
    else if (name === "input") inputs.push({ members, place: placeAt(at) });
    else if (name === "steps" && !isQuestion) {
      const [step, ...others] = members;
      if (step) references.push({ name: step, members: others, place: placeAt(at) });
      else computed ??= placeAt(at);
    } else if (!isQuestion && !isVisible(name)) unknown.push({ name, place: placeAt(at) });
  }
  const rest = defined({ computed, chain: chainOf(tree) });
  return { expression: { source, place: placeAt(start), references, inputs, usesItem, ...rest }, unknown };
}

/** Returns the names of a member expression that are written out; undefined for any other expression. */
function chainOf(tree: Expression): string[] | undefined {
  const names: string[] = [];
  let node: unknown = tree;
  while (isNode(node)) {
    if (node.type === "ChainExpression" || node.type === "ParenthesizedExpression") node = node.expression;
    else if (node.type === "MemberExpression" && isNode(node.property)) {
      const { name, value } = node.property;
      if (node.computed === true ? typeof value !== "string" && typeof value !== "number" : typeof name !== "string")
        return undefined;
      names.unshift(String(node.computed === true ? value : name));
      node = node.object;
    } else if (node.type === "Identifier") return [String(node.name), ...names];
    else return undefined;
  }
  return undefined;
}

function isVisible(name: string): boolean {
  return (VISIBLE as readonly string[]).includes(name) || name in globalThis;
}
