import types from "node:util/types";
import { deepEqual } from "./deep-equal.ts";
import { inspect } from "./inspect.ts";
import type { InspectOptions } from "./inspect-options.ts";

type Callback = (error: unknown, value?: unknown) => void;
type AnyFunction = (...values: unknown[]) => unknown;

const custom = Symbol.for("nodejs.util.promisify.custom");

function promisify(original: AnyFunction & { [custom]?: AnyFunction }): AnyFunction {
  if (typeof original !== "function")
    throw Object.assign(new TypeError('The "original" argument must be of type function'), {
      code: "ERR_INVALID_ARG_TYPE",
    });
  const own = original[custom];
  if (own !== undefined) return own;
  const promised = function (this: unknown, ...values: unknown[]) {
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, value) => (error ? reject(error) : resolve(value));
      Reflect.apply(original, this, [...values, callback]);
    });
  };
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = custom;

function callbackify(original: (...values: unknown[]) => PromiseLike<unknown>): AnyFunction {
  return function (this: unknown, ...values: unknown[]) {
    const callback = values.pop() as Callback;
    // In a turn of its own: what the callback throws must not reject the promise.
    Reflect.apply(original, this, values).then(
      (value) => setTimeout(() => callback(null, value), 0),
      (error: unknown) =>
        setTimeout(() => callback(error || new Error("Promise was rejected with a falsy value", { cause: error })), 0),
    );
  };
}

function inherits(type: AnyFunction, base: AnyFunction): void {
  Object.defineProperty(type, "super_", { value: base, writable: true, configurable: true });
  Object.setPrototypeOf(type.prototype, base.prototype);
}

function deprecate(original: AnyFunction, message: string): AnyFunction {
  let warned = false;
  return function (this: unknown, ...values: unknown[]) {
    if (!warned) console.warn(`DeprecationWarning: ${message}`);
    warned = true;
    return new.target ? Reflect.construct(original, values, new.target) : Reflect.apply(original, this, values);
  };
}

function format(first: unknown, ...rest: unknown[]): string {
  return formatWithOptions({}, first, ...rest);
}

function formatWithOptions(options: InspectOptions, first: unknown, ...rest: unknown[]): string {
  const values = [...rest];
  const plain = (value: unknown) => (typeof value === "string" ? value : inspect(value, options));
  if (typeof first !== "string")
    return [first, ...values]
      .filter((_, index) => index > 0 || first !== undefined || rest.length > 0)
      .map(plain)
      .join(" ");
  const text = first.replace(/%[sdifjoOc%]/g, (place) => {
    if (place === "%%") return values.length === 0 && rest.length === 0 ? "%%" : "%";
    if (values.length === 0) return place;
    return formatValue(place, values.shift(), options);
  });
  return [text, ...values.map(plain)].join(" ");
}

function formatValue(place: string, value: unknown, options: InspectOptions): string {
  switch (place) {
    case "%s": {
      if (typeof value === "bigint") return `${value}n`;
      if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
      return Object.hasOwn(value, "toString") || value instanceof Error
        ? String(value)
        : inspect(value, { ...options, depth: 0 });
    }
    case "%d":
      return typeof value === "bigint" ? `${value}n` : typeof value === "symbol" ? "NaN" : show(Number(value));
    case "%i":
      return typeof value === "bigint"
        ? `${value}n`
        : typeof value === "symbol"
          ? "NaN"
          : show(Number.parseInt(String(value), 10));
    case "%f":
      return typeof value === "symbol" ? "NaN" : show(Number.parseFloat(String(value)));
    case "%j":
      return json(value);
    case "%c":
      return "";
    default:
      return inspect(value, place === "%o" ? { ...options, showHidden: true, depth: 4 } : options);
  }
}

function show(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    return "[Circular]";
  }
}

/** Packages write debugging output only if NODE_DEBUG asks for it, which a task does not have. */
function debuglog(): AnyFunction & { enabled: boolean } {
  return Object.assign(() => undefined, { enabled: false });
}

/** Sequences that control a terminal, such as colours: ECMA-48, and links. */
const CONTROL = String.raw`[\u001B\u009B](?:\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~])`;

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
  );
}

export default {
  promisify,
  callbackify,
  inherits,
  deprecate,
  format,
  formatWithOptions,
  inspect,
  types,
  debuglog,
  debug: debuglog,
  aborted,
  isDeepStrictEqual: (a: unknown, b: unknown) => deepEqual(a, b),
  stripVTControlCharacters: (text: string) => text.replace(new RegExp(CONTROL, "g"), ""),
  styleText: (_style: unknown, text: string) => text,
  toUSVString: (text: unknown) => String(text).toWellFormed(),
  isArray: Array.isArray,
  TextEncoder: globalThis.TextEncoder,
  TextDecoder: globalThis.TextDecoder,
};
