import type { DurableError } from "../../../domain/durable.ts";
import type { GuestError } from "../../../domain/guest-errors.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";
import { formatDuration } from "../../../lib/duration.ts";
import { OPERATION } from "../../host-operations.ts";
import { isObjectOrFunction } from "../webidl.ts";
import { durationOf, nameOf, retryOf } from "./arguments.ts";
import { base, host, parse, stringify } from "./base.ts";
import { errorOf, insideStep, methodOptions, type Pending, requested, tellNumber, waitFor } from "./operations.ts";
import { noteRunning } from "./running-steps.ts";
import { retryDelay } from "./step-retry.ts";

type Members = Record<string, unknown>;
type StepFunction = (given: { key: string }) => unknown;

/** The longest `data` of an error that is recorded, characters of JSON. */
const MAX_DATA = 64 * 1024;

/** One call of `context.step`. */
interface Step {
  number: number;
  name: string;
  key: string;
  run: StepFunction;
  retry: RetryPolicy | undefined;
  timeoutMs: number | undefined;
  /** JSON of the request. */
  request: string;
  /** How often the function has run. */
  attempts: number;
  entry: Pending;
}

/** How often steps of each name were asked for. */
const occurrences = new Map<string, number>();

/** `context.step`: runs a function once, and keeps its result. */
export async function step(name: unknown, run: unknown, options?: unknown): Promise<unknown> {
  const asked = methodOptions(options, "step");
  const title = nameOf(name, "the name of context.step");
  if (typeof run !== "function") throw new TypeError("the second argument of context.step must be a function");
  const retry = retryOf(asked.options.retry);
  const { timeout } = asked.options;
  const timeoutMs = timeout === undefined ? undefined : durationOf(timeout, "timeout");
  const occurrence = (occurrences.get(title) ?? 0) + 1;
  const request = stringify(requested({ kind: "step", name: title, occurrence }, asked.options));
  const begun = host(OPERATION.beginStep, request) as string;
  if (begun[0] === "!") throw new Error(`context.step: ${begun.slice(1)}`);
  occurrences.set(title, occurrence);
  const [number, attempts, key] = partsOf(begun);
  tellNumber(asked.options, number);
  return new Promise((resolve, reject) => {
    const entry: Pending = { resolve, reject };
    waitFor(number, entry);
    if (key === undefined) return;
    const made: Step = {
      ...{ number, name: title, key, run: run as StepFunction, retry, timeoutMs, request, attempts, entry },
    };
    entry.again = () => {
      host(OPERATION.runStep, number, made.attempts);
      attempt(made);
    };
    if (attempts === 0) attempt(made);
  });
}

/** Reads what beginStep returns. */
function partsOf(begun: string): [number: number, attempts: number, key: string | undefined] {
  const first = begun.indexOf(" ");
  if (first < 0) return [Number(begun), 0, undefined];
  const second = begun.indexOf(" ", first + 1);
  return [Number(begun.slice(0, first)), Number(begun.slice(first + 1, second)), begun.slice(second + 1)];
}

/** Runs the function of a step once. */
function attempt(made: Step): void {
  const { name, run, key, entry } = made;
  entry.keeps = true;
  made.attempts += 1;
  let returned: unknown;
  try {
    returned = insideStep(name, () => run({ key }));
    if (!isThenable(returned)) return succeed(made, returned, false);
  } catch (error) {
    return fail(made, error, false);
  }
  host(OPERATION.pauseStep);
  void settle(made, returned);
}

async function settle(made: Step, returned: PromiseLike<unknown>): Promise<void> {
  const late = { is: false };
  const ended = noteRunning(made.name, made.run);
  let value: unknown;
  try {
    value = await (made.timeoutMs === undefined ? returned : within(made, returned, late));
  } catch (error) {
    return fail(made, error, late.is);
  } finally {
    ended();
  }
  succeed(made, value, false);
}

/** Waits for a promise, but not for longer than the step may take. What it comes to after that is dropped. */
function within(
  { name, timeoutMs = 0 }: Step,
  returned: PromiseLike<unknown>,
  late: { is: boolean },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = base.startTimer(() => {
      late.is = true;
      reject(
        new base.typedErrors.TimeoutError(`step ${stringify(name)} has not ended within ${formatDuration(timeoutMs)}`),
      );
    }, timeoutMs);
    const follow = async () => {
      try {
        resolve(await returned);
      } catch (error) {
        reject(error);
      } finally {
        stop();
      }
    };
    void follow();
  });
}

function succeed(made: Step, value: unknown, isLate: boolean): void {
  let json: string | undefined;
  try {
    // What a result has of functions, such as toJSON, is not called when the run is repeated: it belongs to the step.
    json = value === undefined ? undefined : insideStep(made.name, () => stringify(value));
    if (value !== undefined && json === undefined) throw new TypeError(`it is a ${typeof value}`);
  } catch (error) {
    const reason = (error as Error).message;
    const message = `the result of step ${stringify(made.name)} is not JSON: ${reason}`;
    return end(made, { ok: false, error: recordedError(new TypeError(message, { cause: error })) }, { isLate });
  }
  end(made, json === undefined ? { ok: true } : { ok: true, json }, { isLate });
}

function fail(made: Step, thrown: unknown, isLate: boolean): void {
  const described = insideStep(made.name, () => base.describeError(thrown));
  const error = insideStep(made.name, () => recordedError(thrown, described));
  // The error is rebuilt from what is recorded, as it is when the run is repeated. Only its stack is that of the original.
  made.entry.errorFor = (given) => withStack(errorOf(given), described.stack);
  const delayMs = retryDelay(made.retry, described, made.attempts);
  if (delayMs !== undefined) made.entry.keeps = false;
  end(made, { ok: false, error }, { isLate, delayMs });
}

function end(
  made: Step,
  result: Members,
  { isLate, delayMs }: { isLate: boolean; delayMs?: number | undefined },
): void {
  const { number, request, attempts, entry } = made;
  const json = stringify(result);
  const problem = host(OPERATION.endStep, number, isLate ? 1 : 0, request, json, attempts, delayMs);
  if (problem !== undefined) entry.reject(new Error(`context.step: ${problem as string}`));
}

function recordedError(thrown: unknown, described: GuestError = base.describeError(thrown)): DurableError {
  const { name, message, code, status } = described;
  const error = { __proto__: null, name, message } as unknown as DurableError;
  if (code !== undefined) error.code = code;
  if (status !== undefined) error.status = status;
  const data = dataOf(thrown);
  if (data !== undefined) error.data = data;
  return error;
}

/** Returns `error.data` if it is a plain object that JSON can express. */
function dataOf(thrown: unknown): DurableError["data"] {
  try {
    const { data } = thrown as { data?: unknown };
    if (!isObjectOrFunction(data) || Array.isArray(data)) return undefined;
    const json = stringify(data) as string | undefined;
    return json === undefined || json.length > MAX_DATA
      ? undefined
      : (parse(json) as NonNullable<DurableError["data"]>);
  } catch {
    return undefined;
  }
}

function withStack(error: Error, stack: string | undefined): Error {
  if (stack === undefined) return error;
  Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true, enumerable: false });
  return error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObjectOrFunction(value) && typeof value.then === "function";
}
