import { GUEST_ERROR_TYPES, type GuestError, type GuestErrorType } from "../../domain/guest-errors.ts";
import { defineGlobal } from "./globals.ts";

/** Options of a typed error beside the standard `cause`. */
interface TypedErrorOptions extends ErrorOptions {
  status?: number;
  retryAfterMs?: number;
}

type TypedErrorClass = new (message?: string, options?: TypedErrorOptions) => Error;

const MAX_CAUSES = 8;
const MAX_TEXT = 64 * 1024;
const ErrorBase = Error;
const TypeErrorBase = TypeError;
const toText = String;

function makeErrorClass(name: GuestErrorType): TypedErrorClass {
  const status = GUEST_ERROR_TYPES[name].status;
  // Failures of the network are TypeErrors as well (Fetch standard, "network error").
  const Base: ErrorConstructor = name === "NetworkError" || name === "TimeoutError" ? TypeErrorBase : ErrorBase;
  const made = {
    [name]: class extends Base {
      status: number | undefined;
      retryAfterMs: number | undefined;
      constructor(message?: string, options?: TypedErrorOptions) {
        super(message, options);
        this.status = options?.status ?? status;
        this.retryAfterMs = options?.retryAfterMs;
      }
    },
  }[name] as TypedErrorClass;
  Object.defineProperty(made.prototype, "name", { value: name, writable: true, configurable: true });
  return made;
}

function makeErrorClasses(): Record<GuestErrorType, TypedErrorClass> {
  const classes = {} as Record<GuestErrorType, TypedErrorClass>;
  for (const name of Object.keys(GUEST_ERROR_TYPES) as GuestErrorType[]) classes[name] = makeErrorClass(name);
  return classes;
}

/** The typed errors, by name. */
export const typedErrors = makeErrorClasses();

/** `new HttpError(status, message, options?)`: the one typed error that takes its status first. */
class HttpError extends typedErrors.HttpError {
  constructor(status: number, message?: string, options?: TypedErrorOptions) {
    super(message, { ...options, status });
  }
}

/** Defines the typed errors as globals. */
export function installErrors(): void {
  hideFunctionsOnTheStack();
  for (const name of Object.keys(typedErrors) as GuestErrorType[]) {
    defineGlobal(name, name === "HttpError" ? HttpError : typedErrors[name]);
  }
}

/** Takes getFunction from call sites: a task's own stack handler would get at the guest API's inner functions with it. */
function hideFunctionsOnTheStack(): void {
  const scope = ErrorBase as { prepareStackTrace?: ((error: Error, sites: object[]) => unknown) | undefined };
  scope.prepareStackTrace = (_error, [site]) => {
    const prototype: unknown = site === undefined ? undefined : Object.getPrototypeOf(site);
    if (typeof prototype === "object" && prototype !== null) Reflect.deleteProperty(prototype, "getFunction");
    return "";
  };
  void new ErrorBase("to be looked at").stack;
  scope.prepareStackTrace = undefined; // deleted, it would never work again
}

/** The typed error that an HTTP status stands for (house plan, section 2). */
export function errorForStatus(status: number, message: string, retryAfterMs: number | undefined): Error {
  const options: TypedErrorOptions = retryAfterMs === undefined ? { status } : { status, retryAfterMs };
  if (status === 401) return new typedErrors.AuthenticationError(message, options);
  if (status === 403) return new typedErrors.AuthorizationError(message, options);
  if (status === 429) return new typedErrors.RateLimitError(message, options);
  if (status >= 500) return new typedErrors.ServiceUnavailableError(message, options);
  return new HttpError(status, message, options);
}

/** Anything thrown, as plain data for the host. Survives getters that throw and causes in circles. */
export function describeError(thrown: unknown, depth = 0): GuestError {
  if (thrown === null || (typeof thrown !== "object" && typeof thrown !== "function")) {
    return withoutPrototype({ name: "Error", message: textOf(thrown) });
  }
  const read = (key: string): unknown => {
    try {
      return (thrown as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  };
  const name = read("name");
  const message = read("message");
  const described = withoutPrototype({
    name: typeof name === "string" && name !== "" ? name.slice(0, 256) : "Error",
    message: typeof message === "string" ? message.slice(0, MAX_TEXT) : textOf(thrown),
  });
  const stack = read("stack");
  if (typeof stack === "string") described.stack = taskFrames(stack.slice(0, MAX_TEXT));
  const status = read("status");
  if (typeof status === "number") described.status = status;
  const retryAfterMs = read("retryAfterMs");
  if (typeof retryAfterMs === "number") described.retryAfterMs = retryAfterMs;
  const cause = read("cause");
  if (cause !== undefined && depth < MAX_CAUSES) described.cause = describeError(cause, depth + 1);
  return described;
}

function withoutPrototype({ name, message }: GuestError): GuestError {
  return { __proto__: null, name, message } as GuestError;
}

/** The frames of the task's own code: those of the guest API would only confuse. */
function taskFrames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => line !== "" && !line.includes("ratchet:guest") && !line.includes("(native)"))
    .join("\n");
}

function textOf(value: unknown): string {
  try {
    if (typeof value === "object" && value !== null) {
      const json = JSON.stringify(value);
      if (typeof json === "string") return json.slice(0, MAX_TEXT);
    }
    return toText(value).slice(0, MAX_TEXT);
  } catch {
    return "a value that can't be shown";
  }
}
