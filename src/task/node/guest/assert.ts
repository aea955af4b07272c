import { deepEqual, looselyEqual } from "./deep-equal.ts";
import { inspect } from "./inspect.ts";

interface Failure {
  actual?: unknown;
  expected?: unknown;
  operator: string;
  message?: string | Error | undefined;
}

class AssertionError extends Error {
  readonly code = "ERR_ASSERTION";
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string;
  readonly generatedMessage: boolean;

  constructor({ actual, expected, operator, message }: Failure) {
    super(message === undefined ? `${inspect(actual)} ${operator} ${inspect(expected)}` : String(message));
    this.name = "AssertionError";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    this.generatedMessage = message === undefined;
  }
}

type Message = string | Error | undefined;
type Validation = (error: unknown) => unknown;
type Expected = object | undefined;

function failWith(failure: Failure): never {
  if (failure.message instanceof Error) throw failure.message;
  throw new AssertionError(failure);
}

function ok(value: unknown, message?: Message): asserts value {
  if (!value)
    failWith({
      actual: value,
      expected: true,
      operator: "==",
      message: message ?? "The expression evaluated to a falsy value",
    });
}

function comparison(operator: string, holds: (actual: unknown, expected: unknown) => boolean) {
  return (actual: unknown, expected: unknown, message?: Message): void => {
    if (!holds(actual, expected)) failWith({ actual, expected, operator, message });
  };
}

const deepLoose = (actual: unknown, expected: unknown) => deepEqual(actual, expected, true);
const deepStrict = (actual: unknown, expected: unknown) => deepEqual(actual, expected);
type Comparison = (actual: unknown, expected: unknown) => boolean;
const not = (holds: Comparison) => (actual: unknown, expected: unknown) => !holds(actual, expected);

/** Arrow functions have no instances. */
function isInstance(error: unknown, type: unknown): boolean {
  return typeof type === "function" && type.prototype !== undefined && error instanceof (type as new () => unknown);
}

/** @throws unless an error is what the test expects */
function checkError(error: unknown, expected: Expected, operator: string, message: Message): void {
  if (expected === undefined) return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(error)))
      failWith({
        actual: error,
        expected,
        operator,
        message:
          message ?? `The input did not match the regular expression ${expected}. Input: ${inspect(String(error))}`,
      });
    return;
  }
  if (typeof expected === "function") {
    if (isInstance(error, expected)) return;
    if (Object.prototype.isPrototypeOf.call(Error, expected)) throw error;
    if ((expected as Validation).call({}, error) !== true)
      failWith({
        actual: error,
        expected,
        operator,
        message: message ?? "The validation function is expected to return true",
      });
    return;
  }
  const members: Record<string, unknown> = {
    ...(expected instanceof Error && { name: expected.name, message: expected.message }),
    ...expected,
  };
  for (const [name, value] of Object.entries(members)) {
    const actual = (error as Record<string, unknown> | null)?.[name];
    const matches =
      value instanceof RegExp && typeof actual === "string" ? value.test(actual) : deepEqual(actual, value);
    if (!matches) failWith({ actual: error, expected, operator, message });
  }
}

function split(expected: Expected | string, message: Message): [Expected, Message] {
  return typeof expected === "string" ? [undefined, expected] : [expected, message];
}

function throws(run: () => unknown, expected?: Expected | string, message?: Message): void {
  const [wanted, text] = split(expected, message);
  try {
    run();
  } catch (error) {
    return checkError(error, wanted, "throws", text);
  }
  failWith({ expected: wanted, operator: "throws", message: text ?? "Missing expected exception." });
}

async function rejects(
  run: PromiseLike<unknown> | (() => PromiseLike<unknown>),
  expected?: Expected | string,
  message?: Message,
): Promise<void> {
  const [wanted, text] = split(expected, message);
  try {
    await (typeof run === "function" ? run() : run);
  } catch (error) {
    return checkError(error, wanted, "rejects", text);
  }
  failWith({ expected: wanted, operator: "rejects", message: text ?? "Missing expected rejection." });
}

function unwanted(error: unknown, operator: string, message: Message): never {
  const text = `Got unwanted ${operator === "doesNotReject" ? "rejection" : "exception"}.\nActual message: "${(error as Error)?.message}"`;
  failWith({ actual: error, operator, message: message ?? text });
}

function doesNotThrow(run: () => unknown, expected?: Expected | string, message?: Message): void {
  try {
    run();
  } catch (error) {
    unwanted(error, "doesNotThrow", split(expected, message)[1]);
  }
}

async function doesNotReject(
  run: PromiseLike<unknown> | (() => PromiseLike<unknown>),
  expected?: Expected | string,
  message?: Message,
): Promise<void> {
  try {
    await (typeof run === "function" ? run() : run);
  } catch (error) {
    unwanted(error, "doesNotReject", split(expected, message)[1]);
  }
}

function fail(message: Message = "Failed"): never {
  failWith({ operator: "fail", message });
}

function ifError(value: unknown): void {
  if (value === null || value === undefined) return;
  failWith({
    actual: value,
    expected: null,
    operator: "ifError",
    message: `ifError got unwanted exception: ${value instanceof Error ? value.message : inspect(value)}`,
  });
}

function match(text: string, pattern: RegExp, message?: Message): void {
  if (!pattern.test(text))
    failWith({
      actual: text,
      expected: pattern,
      operator: "match",
      message: message ?? `The input did not match the regular expression ${pattern}. Input: ${inspect(text)}`,
    });
}

function doesNotMatch(text: string, pattern: RegExp, message?: Message): void {
  if (pattern.test(text))
    failWith({
      actual: text,
      expected: pattern,
      operator: "doesNotMatch",
      message:
        message ?? `The input was expected to not match the regular expression ${pattern}. Input: ${inspect(text)}`,
    });
}

const shared = {
  AssertionError,
  ok,
  fail,
  ifError,
  throws,
  rejects,
  doesNotThrow,
  doesNotReject,
  match,
  doesNotMatch,
  strictEqual: comparison("strictEqual", Object.is),
  notStrictEqual: comparison("notStrictEqual", not(Object.is)),
  deepStrictEqual: comparison("deepStrictEqual", deepStrict),
  notDeepStrictEqual: comparison("notDeepStrictEqual", not(deepStrict)),
};

const strict = Object.assign((value: unknown, message?: Message) => ok(value, message), shared, {
  equal: shared.strictEqual,
  notEqual: shared.notStrictEqual,
  deepEqual: shared.deepStrictEqual,
  notDeepEqual: shared.notDeepStrictEqual,
});

const assert = Object.assign((value: unknown, message?: Message) => ok(value, message), shared, {
  equal: comparison("==", looselyEqual),
  notEqual: comparison("!=", not(looselyEqual)),
  deepEqual: comparison("deepEqual", deepLoose),
  notDeepEqual: comparison("notDeepEqual", not(deepLoose)),
  strict: Object.assign(strict, { strict }),
});

export default assert;
