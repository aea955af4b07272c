import { DURABLE_LIMITS } from "../../../domain/durable.ts";
import { HIGHEST_MAX_RETRIES, type RetryPolicy } from "../../../domain/retry-policy.ts";
import { DURATION_FORMS, parseDuration } from "../../../lib/duration.ts";
import { isObjectOrFunction } from "../webidl.ts";
import { base, stringify } from "./base.ts";

type Members = Record<string, unknown>;

const { isArray } = Array;
const { isNaN: isNotANumber } = Number;
const { getTime } = Date.prototype;
const { parse: parseDate } = Date;
const { keys } = Object;
const { apply } = Reflect;
/** The longest name, characters. */
const MAX_NAME = 1_000;
/** An ISO 8601 time with a zone. */
const ZONED = /^\s*[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)\s*$/i;

/** The options of each method. All of them take `signal`. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  "context.call": ["version", "key", "retry", "timeout", "detached"],
  "context.map": ["concurrency", "onError", "version", "retry", "timeout"],
  "context.step": ["retry", "timeout"],
  "context.waitFor": ["schema", "timeout"],
  "context.approve": ["title", "schema", "who", "timeout", "onTimeout"],
  retry: ["maxRetries", "delay", "factor", "maxDelay", "jitter", "also", "never"],
};
/** What the program of a workflow file passes in addition, and what every method takes. */
const COMMON = ["signal", "label", "undoes", "numbered", "readers", "rows"];

/**
 * Returns the options of a method.
 * @throws {TypeError} if they are not an object, or have a member that means nothing: a misspelt `timeout` would let a run wait for ever
 */
export function optionsOf(value: unknown, method: string): Members {
  if (value === undefined || value === null) return { __proto__: null } as unknown as Members;
  if (!isObjectOrFunction(value) || isArray(value)) throw new TypeError(`the options of ${method} must be an object`);
  const names = keys(value);
  const known = OPTIONS[method] ?? [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (isAmong(name, COMMON) || isAmong(name, known)) continue;
    let others = "";
    for (let k = 0; k < known.length; k++) others += `${k === 0 ? "" : ", "}${known[k]}`;
    const are = others === "" ? "" : `; there are ${others}`;
    throw new TypeError(`${method} has no option ${stringify(name).slice(0, 100)}${are}`);
  }
  return value as Members;
}

function isAmong(name: string, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) if (names[i] === name) return true;
  return false;
}

/** @throws {TypeError}, {RangeError} */
export function nameOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a text, not ${kindOf(value)}`);
  if (value === "" || value.length > MAX_NAME) throw new RangeError(`${what} must have 1 to ${MAX_NAME} characters`);
  return value;
}

/** A duration such as "7d", or ms. @throws {RangeError} */
export function durationOf(value: unknown, what: string): number {
  const ms = typeof value === "string" ? parseDuration(value) : value;
  if (typeof ms !== "number" || !(ms >= 0)) {
    throw new RangeError(`${what} is ${shown(value)}; it must be ${DURATION_FORMS}, or a number of ms from 0`);
  }
  if (ms > DURABLE_LIMITS.waitMs) throw new RangeError(`${what} is ${shown(value)}; the longest is ten years`);
  return Math.ceil(ms);
}

/** A Date, a text in ISO 8601 with a zone, or ms since the epoch. @throws {RangeError} */
export function timeOf(value: unknown, what: string): number {
  const ms = toTime(value);
  if (typeof ms !== "number" || !(ms >= -8.64e15 && ms <= 8.64e15)) {
    const forms = "a Date, a text in ISO 8601 with a zone such as 2026-11-03T01:00:00Z, or ms since the epoch";
    throw new RangeError(`${what} is ${shown(value)}; it must be ${forms}`);
  }
  if (ms - base.wallClock() > DURABLE_LIMITS.waitMs) throw new RangeError(`${what} is more than ten years away`);
  return Math.ceil(ms);
}

function toTime(value: unknown): unknown {
  if (typeof value === "string") return ZONED.test(value) ? parseDate(value) : Number.NaN;
  if (typeof value !== "object" || value === null) return value;
  return isDate(value) ? apply(getTime, value, []) : Number.NaN;
}

/** Returns the JSON of a value; `undefined` becomes null. @throws {TypeError} if JSON can't express it */
export function jsonOf(value: unknown, what: string): string {
  let json: string | undefined;
  try {
    json = stringify(value === undefined ? null : value);
  } catch (error) {
    throw new TypeError(`${what} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (json === undefined) throw new TypeError(`${what} is not JSON, but ${kindOf(value)}`);
  return json;
}

/** @throws {RangeError} */
export function countOf(value: unknown, most: number, what: string, least: 0 | 1 = 1): number {
  if (typeof value === "number" && value >= least && value <= most && value % 1 === 0) return value;
  throw new RangeError(`${what} is ${shown(value)}; it must be a whole number from ${least} to ${most}`);
}

/** Returns the retry policy, which has the form that it has in metadata.json. @throws {TypeError}, {RangeError} */
export function retryOf(value: unknown): RetryPolicy | undefined {
  if (value === undefined) return undefined;
  const given = optionsOf(value, "retry");
  const policy: RetryPolicy = {};
  if (given.maxRetries !== undefined) {
    policy.maxRetries = countOf(given.maxRetries, HIGHEST_MAX_RETRIES, "retry.maxRetries", 0);
  }
  if (given.delay !== undefined) policy.delayMs = durationOf(given.delay, "retry.delay");
  if (given.maxDelay !== undefined) policy.maxDelayMs = durationOf(given.maxDelay, "retry.maxDelay");
  if (given.factor !== undefined) policy.factor = numberOf(given.factor, 1, 100, "retry.factor");
  if (given.jitter !== undefined) policy.jitter = numberOf(given.jitter, 0, 1, "retry.jitter");
  if (given.also !== undefined) policy.also = textsOf(given.also, "retry.also");
  if (given.never !== undefined) policy.never = textsOf(given.never, "retry.never");
  return policy;
}

function numberOf(value: unknown, least: number, most: number, what: string): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new RangeError(`${what} is ${shown(value)}; it must be a number from ${least} to ${most}`);
}

/** @throws {TypeError} */
export function textsOf(value: unknown, what: string): string[] {
  if (!isArray(value)) throw new TypeError(`${what} must be a list of texts`);
  const texts: string[] = [];
  for (let i = 0; i < value.length; i++) texts[i] = nameOf(value[i], `an item of ${what}`);
  return texts;
}

/** Says what a value is, for messages. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (isArray(value)) return "a list";
  if (typeof value !== "object") return `a ${typeof value}`;
  if (!isDate(value)) return "an object";
  return isNotANumber(apply(getTime, value, [])) ? "an invalid date" : "a date";
}

function isDate(value: object): boolean {
  try {
    apply(getTime, value, []);
    return true;
  } catch {
    return false;
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return stringify(value).slice(0, 100);
  return typeof value === "number" ? `${value}` : kindOf(value);
}
