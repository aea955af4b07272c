import {
  GUEST_ERROR_LIMITS,
  GUEST_ERROR_TYPES,
  GUEST_TEXT_LIMITS,
  type GuestError,
  type GuestErrorType,
} from "../../domain/guest-errors.ts";
import { defineGlobal } from "./globals.ts";
import { isObjectOrFunction } from "./webidl.ts";

/** Options of a typed error, in addition to the standard `cause`. */
interface TypedErrorOptions extends ErrorOptions {
  status?: number;
  retryAfterMs?: number | undefined;
}

type TypedErrorClass = new (message?: string, options?: TypedErrorOptions) => Error;

const { maxName: MAX_NAME, maxText: MAX_TEXT, maxInnerText: MAX_INNER_TEXT } = GUEST_TEXT_LIMITS;
const { stringify } = JSON;
/** Stands for an error that is already shown around this one. */
const CIRCULAR = "(circular)";
const { maxDepth, maxErrors, maxClasses } = GUEST_ERROR_LIMITS;
const ErrorBase = Error;
const TypeErrorBase = TypeError;
const toText = String;
const { isArray } = Array;
const { getOwnPropertyDescriptor, getPrototypeOf, prototype: ObjectPrototype, setPrototypeOf } = Object;

/** @param classes those that are made already */
function makeErrorClass(name: GuestErrorType, classes: Readonly<Record<string, TypedErrorClass>>): TypedErrorClass {
  const { status, base, code }: { status: number | undefined; base?: string; code?: string } = GUEST_ERROR_TYPES[name];
  const Base = base === undefined ? ErrorBase : base === "TypeError" ? TypeErrorBase : (classes[base] ?? ErrorBase);
  const made = {
    [name]: class extends Base {
      declare status: number | undefined;
      declare retryAfterMs: number | undefined;
      declare code: string;
      constructor(message?: string, options?: TypedErrorOptions) {
        super(message, options);
        this.status = options?.status ?? status;
        this.retryAfterMs = options?.retryAfterMs;
        if (code !== undefined) this.code = code;
      }
    },
  }[name] as TypedErrorClass;
  Object.defineProperty(made.prototype, "name", { value: name, writable: true, configurable: true });
  return made;
}

function makeErrorClasses(): Record<GuestErrorType, TypedErrorClass> {
  const classes = {} as Record<GuestErrorType, TypedErrorClass>;
  for (const name of Object.keys(GUEST_ERROR_TYPES) as GuestErrorType[]) classes[name] = makeErrorClass(name, classes);
  return classes;
}

/** The typed errors, by name. */
export const typedErrors = makeErrorClasses();

/** `new HttpError(status, message, options?)`: the only typed error whose first argument is its status. */
export class HttpError extends typedErrors.HttpError {
  constructor(status: number, message?: string, options?: TypedErrorOptions) {
    super(message, { ...options, status });
  }
}

/** Defines the typed errors as globals. */
export function installErrors(): void {
  Object.defineProperty(DOMException.prototype, Symbol.toStringTag, { value: "DOMException", configurable: true });
  for (const name of Object.keys(typedErrors) as GuestErrorType[]) {
    defineGlobal(name, name === "HttpError" ? HttpError : typedErrors[name]);
  }
}

/** Creates the typed error for an HTTP status. */
export function errorForStatus(status: number, message: string, retryAfterMs: number | undefined): Error {
  const options: TypedErrorOptions = retryAfterMs === undefined ? { status } : { status, retryAfterMs };
  if (status === 401) return new typedErrors.AuthenticationError(message, options);
  if (status === 403) return new typedErrors.AuthorizationError(message, options);
  if (status === 429) return new typedErrors.RateLimitError(message, options);
  if (status >= 500) return new typedErrors.ServiceUnavailableError(message, options);
  return new HttpError(status, message, options);
}

/** Numbers, then what a caller gets of an error and the call it came from, then the name of a step. One loop takes less of the base image. */
const FACTS = ["status", "attempts", "retryAfterMs", "data", "call", "step"];

/** Describes anything that was thrown as plain data for the host. Getters that throw and circular causes do no harm. */
export function describeError(thrown: unknown): GuestError {
  return describe(thrown, withoutMethods([]), { errors: maxErrors });
}

/**
 * @param around the errors around it, outermost first
 * @param room how many more errors the description may contain
 */
function describe(thrown: unknown, around: readonly unknown[], room: { errors: number }): GuestError {
  room.errors -= 1;
  const depth = around.length;
  const maxText = depth === 0 ? MAX_TEXT : MAX_INNER_TEXT;
  if (!isObjectOrFunction(thrown))
    return withoutPrototype({ name: "Error", message: textOf(thrown).slice(0, maxText) });
  const read = (key: string) => readMember(thrown, key);
  const name = read("name");
  const shownName = typeof name === "string" && name !== "" ? name.slice(0, MAX_NAME) : "Error";
  for (let i = 0; i < depth; i++) {
    if (around[i] === thrown) return withoutPrototype({ name: shownName, message: CIRCULAR });
  }
  const message = read("message");
  const described = withoutPrototype({
    name: shownName,
    message: (typeof message === "string" ? message : textOf(thrown)).slice(0, maxText),
  });
  const classes = classNames(thrown);
  if (classes.length > 0) described.classes = classes;
  const stack = read("stack");
  if (typeof stack === "string") described.stack = stack.slice(0, maxText);
  const code = read("code");
  if (typeof code === "string" && code !== "") described.code = code.slice(0, MAX_NAME);
  // Objects are passed as JSON text, because the task may have given them a `toJSON`. The host parses it, unless it is too long.
  for (let i = 0; i < 6; i++) {
    const key = FACTS[i] as string;
    const value = read(key);
    const isText = depth === 0 && (i === 5 ? typeof value === "string" : i > 2 && isObjectOrFunction(value));
    if (isText || (i < 3 && typeof value === "number"))
      (described as unknown as Record<string, unknown>)[key] = isText ? textOf(value) : value;
  }
  if (depth === maxDepth) return described;
  const inner: unknown[] = withoutMethods([]);
  for (let i = 0; i < depth; i++) inner[i] = around[i];
  inner[depth] = thrown;
  const cause = read("cause");
  if (cause !== undefined && room.errors > 0) described.cause = describe(cause, inner, room);
  const errors = read("errors");
  if (isObjectOrFunction(errors) && isArray(errors)) described.errors = describeMembers(errors, inner, room);
  return described;
}

/** Describes the errors of an AggregateError (or a similar one), as far as there is room. */
function describeMembers(
  errors: readonly unknown[],
  around: readonly unknown[],
  room: { errors: number },
): GuestError[] {
  const described: GuestError[] = withoutMethods([]);
  for (let i = 0; i < errors.length && room.errors > 0; i++) {
    described[i] = describe(readMember(errors, String(i)), around, room);
  }
  return described;
}

/** Returns the names of an object's class and base classes. It reads only plain data, so no code of the task runs. */
function classNames(thrown: object): string[] {
  const names: string[] = withoutMethods([]);
  try {
    let prototype: object | null = getPrototypeOf(thrown);
    for (let i = 0; prototype !== null && prototype !== ObjectPrototype && i < maxClasses; i++) {
      const made: unknown = getOwnPropertyDescriptor(prototype, "constructor")?.value;
      const name: unknown = typeof made === "function" ? getOwnPropertyDescriptor(made, "name")?.value : undefined;
      // HttpError consists of two classes with the same name.
      if (typeof name === "string" && name !== "" && name !== names[names.length - 1]) {
        names[names.length] = name.slice(0, MAX_NAME);
      }
      prototype = getPrototypeOf(prototype);
    }
  } catch {
    // A proxy's trap threw.
  }
  return names;
}

function readMember(target: object, key: string): unknown {
  try {
    return (target as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Like {@link withoutPrototype}, for a list: JSON.stringify looks for `toJSON` on lists, too. */
function withoutMethods<T>(list: T[]): T[] {
  return setPrototypeOf(list, null);
}

/** Removes the prototype, so that a `toJSON` that the task has added to it is not called. */
function withoutPrototype({ name, message }: GuestError): GuestError {
  return { __proto__: null, name, message } as GuestError;
}

function textOf(value: unknown): string {
  try {
    if (typeof value === "object" && value !== null) {
      const json = stringify(value);
      if (typeof json === "string") return json.slice(0, MAX_TEXT);
    }
    return toText(value).slice(0, MAX_TEXT);
  } catch {
    return "a value that can't be shown";
  }
}
