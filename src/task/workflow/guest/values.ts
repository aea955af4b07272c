import type { Plan, PlannedExpression, PlannedValue } from "./plan.ts";

/** An expression of the file, compiled. */
export type Expression = (input: unknown, steps: object, item: unknown, index: unknown) => unknown;

/** What `steps.NAME` is. */
export interface StepRecord {
  readonly status: "completed" | "failed" | "skipped";
  readonly output: unknown;
  readonly error: unknown;
}

/** What expressions see, and where they are. */
export interface Scope {
  plan: Plan;
  expressions: readonly Expression[];
  input: unknown;
  steps: Record<string, StepRecord>;
  /** The step that evaluates them, for errors. @default the output of the workflow */
  path?: string;
  item?: unknown;
  index?: number;
}

interface ExpressionFailure extends Error {
  code?: string;
  data?: { step?: string; line: number; column: number };
}

type ErrorClass = new (message: string, options?: ErrorOptions) => ExpressionFailure;

function refuse(): never {
  throw new TypeError("steps cannot be changed");
}

/** How steps have ended is for expressions to read. */
const READ_ONLY: ProxyHandler<object> = {
  ...{ __proto__: null, defineProperty: refuse, deleteProperty: refuse },
  ...{ preventExtensions: refuse, set: refuse, setPrototypeOf: refuse },
};

/** Evaluates a value. @throws {ExpressionError} when an expression fails */
export function evaluate(value: PlannedValue, scope: Scope): unknown {
  if ("literal" in value) return value.literal;
  if ("expression" in value) return evaluateExpression(value.expression, scope);
  if ("text" in value) {
    let text = "";
    for (const part of value.text) text += typeof part === "string" ? part : asText(part, scope);
    return text;
  }
  if ("list" in value) return value.list.map((item) => evaluateJson(item, scope));
  const made: Record<string, unknown> = {};
  for (const [name, member] of value.map) define(made, name, evaluateJson(member, scope));
  return made;
}

/** Evaluates a value that is passed on or kept. @throws {ExpressionError} also when it has no JSON */
export function evaluateJson(value: PlannedValue, scope: Scope): unknown {
  const found = evaluate(value, scope);
  const type = typeof found;
  if (type === "function" || type === "symbol" || type === "bigint") {
    throw expressionError(scope, `its value is a ${type}, which has no JSON`, placeOf(value));
  }
  return found;
}

/** Where a value is, if it is one expression. */
export function placeOf(value: PlannedValue | undefined): { at?: number } {
  return value !== undefined && "expression" in value ? { at: value.expression.at } : {};
}

/** Sets a member of any name, `__proto__` included. */
export function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Returns what a value becomes as JSON, so that steps see the same whether it is new or was recorded. */
export function asJson(value: unknown, fail: (problem: string) => never): unknown {
  if (value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    fail(`its value has no JSON: ${messageOf(error)}`);
  }
  return text === undefined
    ? fail(`its value is ${typeof value === "object" ? "an object" : `a ${typeof value}`}, which has no JSON`)
    : JSON.parse(text);
}

function evaluateExpression(expression: PlannedExpression, scope: Scope): unknown {
  const { code, path } = expression;
  const { expressions, input, steps, item, index } = scope;
  let value: unknown;
  try {
    if (path !== undefined) return memberAt(path, scope);
    if (code !== undefined) value = expressions[code]?.(input, new Proxy(steps, READ_ONLY), item, index);
    if (isThenable(value)) throw new TypeError("it yields a promise, and an expression cannot wait");
  } catch (error) {
    throw expressionError(scope, messageOf(error), { at: expression.at, cause: error });
  }
  return value;
}

/** Reads members as JavaScript does. Most expressions do nothing else, and need no function then. */
function memberAt([first = "", ...names]: readonly string[], scope: Scope): unknown {
  let value = (scope as unknown as Record<string, unknown>)[first];
  for (const name of names) {
    if (value === undefined || value === null) throw new TypeError(`cannot read property '${name}' of ${value}`);
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function asText(expression: PlannedExpression, scope: Scope): string {
  const value = evaluateExpression(expression, scope);
  try {
    if (typeof value === "object" && value !== null) return JSON.stringify(value) ?? "null";
    if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`a ${typeof value} has no text`);
    return String(value);
  } catch (error) {
    throw expressionError(scope, messageOf(error), { at: expression.at, cause: error });
  }
}

/** Creates the error of an expression, or of the value of a step. */
export function expressionError(
  { plan, path }: Scope,
  problem: string,
  { at: index, cause }: { at?: number; cause?: unknown } = {},
): Error {
  const [line = 1, column = 1] = index === undefined ? [] : plan.places.slice(2 * index, 2 * index + 2);
  const step = path === undefined ? "the output of the workflow" : `step ${JSON.stringify(path)}`;
  const at = index === undefined ? plan.file : `${plan.file}:${line}:${column}`;
  const Class: ErrorClass = (globalThis as { ExpressionError?: ErrorClass }).ExpressionError ?? Error;
  const error = new Class(`${at}, ${step}: ${problem}`, cause === undefined ? undefined : { cause });
  if (Class === Error) error.name = "ExpressionError";
  if (index !== undefined) error.data = { ...(path === undefined ? {} : { step: path }), line, column };
  return error;
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  try {
    const { name, message } = error as { name?: unknown; message?: unknown };
    return name === "Error" || name === undefined ? String(message) : `${String(name)}: ${String(message)}`;
  } catch {
    return "it threw an error that cannot be read";
  }
}
