import { headerOf } from "./stack.ts";

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;
const { getPrototypeOf } = Object;

/** Formats a value like a console does: a string as it is, everything else similar to source code. Never throws. */
export function inspect(value: unknown): string {
  return typeof value === "string" ? value : show(() => value, 0, []);
}

/** Formats what `read` returns. It may be a getter of the task, and the text says so if it throws. */
function show(read: () => unknown, depth: number, seen: object[]): string {
  try {
    return describe(read(), depth, seen);
  } catch {
    return "[it throws]";
  }
}

function describe(value: unknown, depth: number, seen: object[]): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return value.toString();
    case "function":
      return `[${/^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "Function"}: ${value.name || "(anonymous)"}]`;
    case "object":
      return value === null ? "null" : describeObject(value, depth, seen);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function describeObject(value: object, depth: number, seen: object[]): string {
  if (seen.includes(value)) return "[Circular]";
  if (value instanceof Error) return describeError(value, depth, seen);
  const simple = attempt(() => describeSimple(value));
  if (simple !== undefined) return simple;
  const name = nameOf(value);
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? "[Array]" : `[${name || "Object"}]`;
  const inner = [...seen, value];
  const item = (read: () => unknown) => show(read, depth + 1, inner);
  if (Array.isArray(value)) return list("[", value.length, (i) => item(() => value[i]), "]");
  const entries = attempt(() => describeCollection(value, item));
  if (entries !== undefined) return entries;
  // The library for streams keeps its state in members like these.
  const isStream = attempt(() => (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]) === name;
  const keys = Object.keys(value).filter((key) => !isStream || !key.startsWith("_"));
  const label = (key: string) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));
  return list(
    name === "" || name === "Object" ? "{" : `${name} {`,
    keys.length,
    (i) => `${label(keys[i] ?? "")}: ${item(() => (value as Record<string, unknown>)[keys[i] ?? ""])}`,
    "}",
  );
}

/** Formats values that have a short form of their own. Throws for an object that only pretends to be one of these. */
function describeSimple(value: object): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return RegExp.prototype.toString.call(value);
  if (value instanceof Promise) return "Promise {}";
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = value as unknown as ArrayLike<number>;
    return list(`${nameOf(value)} [`, items.length, (i) => String(items[i]), "]");
  }
  return undefined;
}

/** Throws for an object that only pretends to be a collection. */
function describeCollection(value: object, item: (read: () => unknown) => string): string | undefined {
  if (value instanceof Map) {
    const { size } = value;
    const entries = firstOf(value);
    return list(`Map(${size}) {`, size, (i) => `${item(() => entries[i]?.[0])} => ${item(() => entries[i]?.[1])}`, "}");
  }
  if (value instanceof Set) {
    const { size } = value;
    const entries = firstOf(value);
    return list(`Set(${size}) {`, size, (i) => item(() => entries[i]), "}");
  }
  return undefined;
}

function firstOf<T>(all: Iterable<T>): T[] {
  const first: T[] = [];
  for (const one of all) {
    if (first.length === MAX_ITEMS) break;
    first.push(one);
  }
  return first;
}

function list(open: string, length: number, each: (i: number) => string, close: string): string {
  if (length === 0) return `${open}${close}`;
  const shown = Array.from({ length: Math.min(length, MAX_ITEMS) }, (_, i) => each(i));
  if (length > MAX_ITEMS) shown.push(`... ${length - MAX_ITEMS} more`);
  const gap = close === "}" ? " " : "";
  return `${open}${gap}${shown.join(", ")}${gap}${close}`;
}

/** Formats an error: name, message and frames, then its cause and the errors that it collects. */
function describeError(error: Error, depth: number, seen: object[]): string {
  const inner = [...seen, error];
  const part = (label: string, read: () => unknown) =>
    `\n  ${label}: ${show(read, depth + 1, inner).replaceAll("\n", "\n  ")}`;
  let text = stackWithHeader(error);
  if (depth >= MAX_DEPTH) return text;
  if (error.cause !== undefined) text += part("cause", () => error.cause);
  const { errors } = error as { errors?: unknown };
  if (!Array.isArray(errors)) return text;
  for (let i = 0; i < errors.length && i < MAX_ITEMS; i++) text += part(`errors[${i}]`, () => errors[i]);
  return errors.length > MAX_ITEMS ? `${text}\n  ... ${errors.length - MAX_ITEMS} more` : text;
}

/** The task may have replaced the stack, with or without the message in it. */
function stackWithHeader(error: Error): string {
  const header = headerOf(error);
  const { stack } = error;
  if (typeof stack !== "string" || stack === "") return header;
  return stack.startsWith(header) ? stack.trimEnd() : `${header}\n${stack.trimEnd()}`;
}

function nameOf(value: object): string {
  if (getPrototypeOf(value) === null) return "";
  const made = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof made === "string" ? made : "";
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
