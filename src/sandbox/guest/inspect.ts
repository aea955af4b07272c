const MAX_DEPTH = 4;
const MAX_ITEMS = 100;

/** A value as a console shows it: strings bare at the top, everything else close to its source form. */
export function inspect(value: unknown): string {
  return typeof value === "string" ? value : show(value, 0, []);
}

function show(value: unknown, depth: number, seen: object[]): string {
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
      return value === null ? "null" : showObject(value, depth, seen);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function showObject(value: object, depth: number, seen: object[]): string {
  if (seen.includes(value)) return "[Circular]";
  if (value instanceof Error) return showError(value, depth, seen);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return "Promise {}";
  const name = nameOf(value);
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? "[Array]" : `[${name || "Object"}]`;
  const inner = [...seen, value];
  if (Array.isArray(value)) return list("[", value, "]", (item) => show(item, depth + 1, inner));
  if (value instanceof Map) {
    return list(
      `Map(${value.size}) {`,
      [...value],
      "}",
      ([key, item]) => `${show(key, depth + 1, inner)} => ${show(item, depth + 1, inner)}`,
    );
  }
  if (value instanceof Set)
    return list(`Set(${value.size}) {`, [...value], "}", (item) => show(item, depth + 1, inner));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return list(`${name} [`, Array.from(value as unknown as ArrayLike<number>), "]", String);
  }
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  const prefix = name === "" || name === "Object" ? "{" : `${name} {`;
  return list(prefix, Object.keys(value), "}", (key) => {
    const label = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${label}: ${show((value as Record<string, unknown>)[key], depth + 1, inner)}`;
  });
}

function list<T>(open: string, items: T[], close: string, each: (item: T) => string): string {
  if (items.length === 0) return `${open}${close}`;
  const shown = items.slice(0, MAX_ITEMS).map(each);
  if (items.length > MAX_ITEMS) shown.push(`... ${items.length - MAX_ITEMS} more`);
  return `${open} ${shown.join(", ")} ${close}`.replace(/^\[ /, "[").replace(/ \]$/, "]");
}

function showError(error: Error, depth: number, seen: object[]): string {
  const stack =
    typeof error.stack === "string" ? error.stack.split("\n").filter((line) => !line.includes("ratchet:guest")) : [];
  const cause =
    error.cause === undefined || depth >= MAX_DEPTH
      ? ""
      : `\n  cause: ${show(error.cause, depth + 1, [...seen, error])}`;
  return [`${error.name}: ${error.message}`, ...stack.filter((line) => line.trim() !== "")].join("\n") + cause;
}

function nameOf(value: object): string {
  const made = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof made === "string" ? made : "";
}
