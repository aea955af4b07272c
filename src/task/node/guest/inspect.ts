import { groupItems } from "./group-items.ts";
import type { InspectOptions, InspectState as State } from "./inspect-options.ts";

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Formats a value as Node.js does, without colours. */
export function inspect(value: unknown, options: InspectOptions | boolean = {}, depth?: number): string {
  const given =
    typeof options === "object" && options !== null
      ? options
      : { showHidden: options === true, ...(depth !== undefined && { depth }) };
  const limit = (number: number | null | undefined, standard: number) =>
    number === null ? Infinity : (number ?? standard);
  const { compact = 3 } = given;
  return show(value, 0, {
    depth: limit(given.depth, 2),
    hidden: given.showHidden === true,
    maxItems: limit(given.maxArrayLength, 100),
    maxText: limit(given.maxStringLength, 10_000),
    width: given.breakLength ?? 80,
    compact: compact === true ? 3 : compact === false ? 0 : compact,
    sorted: given.sorted,
    options: given,
    current: 0,
    seen: [],
    circular: new Map(),
  });
}
inspect.custom = CUSTOM;
inspect.defaultOptions = {
  depth: 2,
  showHidden: false,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 80,
  compact: 3,
  sorted: false,
};
inspect.colors = {} as Record<string, [number, number]>;
inspect.styles = {} as Record<string, string>;

function show(value: unknown, level: number, state: State): string {
  switch (typeof value) {
    case "string":
      return (
        quote(value.length > state.maxText ? value.slice(0, state.maxText) : value) +
        more(value.length - state.maxText, "character")
      );
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
    case "boolean":
    case "undefined":
      return String(value);
    default:
      return value === null ? "null" : showObject(value as object, level, state);
  }
}

function more(count: number, unit: string): string {
  return count > 0 ? `... ${count} more ${unit}${count === 1 ? "" : "s"}` : "";
}

/** Prefers single quotes, as Node.js does. */
function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  if (!text.includes("'")) return `'${escaped}'`;
  if (!text.includes('"')) return `"${escaped}"`;
  if (!text.includes("`") && !text.includes("${")) return `\`${escaped}\``;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

function showObject(value: object, level: number, state: State): string {
  const custom = (value as { [CUSTOM]?: unknown })[CUSTOM];
  if (typeof custom === "function" && custom !== inspect) {
    const result: unknown = custom.call(
      value,
      state.depth - level,
      { ...state.options, depth: state.depth - level },
      inspect,
    );
    if (result !== value) return typeof result === "string" ? result : show(result, level, state);
  }
  if (state.seen.includes(value)) {
    const index = state.circular.get(value) ?? state.circular.size + 1;
    state.circular.set(value, index);
    return `[Circular *${index}]`;
  }
  const form = formOf(value);
  if (level > state.depth)
    return form.items || keysOf(value, state).length > 0 ? `[${form.name || "Object"}]` : form.empty;
  state.seen.push(value);
  state.current = level;
  const parts = [
    ...(form.items?.(level, state) ?? []),
    ...keysOf(value, state).map((key) => showMember(value, key, level, state)),
  ];
  state.seen.pop();
  const reference = state.circular.has(value) ? `<ref *${state.circular.get(value)}> ` : "";
  if (parts.length === 0) return `${reference}${form.empty}`;
  return reference + join(form, parts, level, state);
}

/** How a kind of object is shown. */
interface Form {
  name: string;
  /** Shown before the bracket, such as `Map(2) `. */
  prefix: string;
  brackets: readonly [string, string];
  empty: string;
  items?: (level: number, state: State) => string[];
}

function join({ prefix, brackets, items }: Form, parts: readonly string[], level: number, state: State): string {
  const [open, close] = brackets;
  const indent = "  ".repeat(level);
  const isLong = open === "[" && parts.length > 6 && state.compact > 0;
  const lines = isLong && items ? inColumns(parts, indent.length, state) : parts;
  // What holds at most `compact` levels goes on one line, if it fits.
  if (state.current - level < state.compact && lines.length === parts.length) {
    const texts = parts.reduce((sum, part) => sum + part.length + 2, 0);
    const fits = texts + indent.length + prefix.length + open.length + 10 <= state.width;
    if (fits && !parts.some((part) => part.includes("\n"))) return `${prefix}${open} ${parts.join(", ")} ${close}`;
  }
  return `${prefix}${open}\n${indent}  ${lines.join(`,\n${indent}  `)}\n${indent}${close}`;
}

function inColumns(parts: readonly string[], indent: number, { width, compact }: State): readonly string[] {
  const rest = /^\.\.\. \d+ more items?$/.test(parts.at(-1) ?? "");
  const items = rest ? parts.slice(0, -1) : parts;
  const numeric = items.every((part) => /^-?[\d.]+(?:e[+-]?\d+)?n?$/.test(part));
  const lines = groupItems(items, numeric, parts.length, { width, compact, indent });
  return rest ? [...lines, parts.at(-1) ?? ""] : lines;
}

function keysOf(value: object, state: State): (string | symbol)[] {
  const names = state.hidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
  const skipIndexes = Array.isArray(value) || ArrayBuffer.isView(value);
  const own = names.filter((name) => !(skipIndexes && /^\d+$/.test(name)));
  if (state.sorted) own.sort(typeof state.sorted === "function" ? state.sorted : undefined);
  const symbols = Object.getOwnPropertySymbols(value).filter(
    (symbol) => state.hidden || Object.prototype.propertyIsEnumerable.call(value, symbol),
  );
  const isError = value instanceof Error;
  return [...own.filter((name) => !isError || !["stack", "message"].includes(name)), ...symbols];
}

function showMember(value: object, key: string | symbol, level: number, state: State): string {
  const { get, set, value: content, enumerable } = Object.getOwnPropertyDescriptor(value, key) ?? {};
  const name = typeof key === "symbol" ? String(key) : IDENTIFIER.test(key) ? key : quote(key);
  const label = enumerable ? name : `[${String(key)}]`;
  if (get !== undefined) return `${label}: [${set === undefined ? "Getter" : "Getter/Setter"}]`;
  if (set !== undefined) return `${label}: [Setter]`;
  return `${label}: ${show(content, level + 1, state)}`;
}

function formOf(value: object): Form {
  const name = constructorName(value);
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const tagged = typeof tag === "string" && tag !== "" && tag !== name ? ` [${tag}]` : "";
  const shown = name === undefined ? "[Object: null prototype]" : name;
  const braces = (prefix: string, empty = `${prefix}{}`): Form => ({
    name: shown,
    prefix,
    brackets: ["{", "}"],
    empty,
  });
  if (Array.isArray(value)) {
    const prefix = name === "Array" ? "" : `${shown}(${value.length}) `;
    return {
      name: shown,
      prefix,
      brackets: ["[", "]"],
      empty: `${prefix}[]`,
      items: (level, state) => showArray(value, level, state),
    };
  }
  if (typeof value === "function") return braces(`${functionLabel(value)} `, functionLabel(value));
  if (value instanceof Error) return braces(`${errorText(value)} `, errorText(value));
  if (value instanceof Map)
    return { ...braces(`${shown}(${value.size}) `), items: (level, state) => showMap(value, level, state) };
  if (value instanceof Set) {
    return {
      ...braces(`${shown}(${value.size}) `),
      items: (level, state) => limited([...value], state, (one) => show(one, level + 1, state)),
    };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items = [...(value as Uint8Array)];
    const prefix = `${shown}(${items.length}) `;
    return {
      name: shown,
      prefix,
      brackets: ["[", "]"],
      empty: `${prefix}[]`,
      items: (level, state) => limited(items, state, (one) => show(one, level + 1, state)),
    };
  }
  const simple = simpleText(value);
  if (simple !== undefined) return braces(`${simple} `, simple);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
    return braces(`${shown} `, `${shown} { <items unknown> }`);
  return braces(name === "Object" && tagged === "" ? "" : `${shown}${tagged} `);
}

/** Values with a short form of their own. */
function simpleText(value: object): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  for (const wrapper of [String, Number, Boolean, BigInt, Symbol] as const) {
    if (value instanceof (wrapper as NumberConstructor))
      return `[${wrapper.name}: ${show(value.valueOf(), 0, { maxText: Infinity } as State)}]`;
  }
  return undefined;
}

function showArray(value: readonly unknown[], level: number, state: State): string[] {
  const parts: string[] = [];
  let holes = 0;
  const flush = () => {
    if (holes > 0) parts.push(`<${holes} empty item${holes === 1 ? "" : "s"}>`);
    holes = 0;
  };
  for (let index = 0; index < value.length && parts.length < state.maxItems; index++) {
    if (index in value) {
      flush();
      parts.push(show(value[index], level + 1, state));
    } else holes++;
  }
  flush();
  const rest = more(value.length - state.maxItems, "item");
  return rest === "" ? parts : [...parts, rest];
}

function showMap(value: ReadonlyMap<unknown, unknown>, level: number, state: State): string[] {
  return limited(
    [...value],
    state,
    ([key, content]) => `${show(key, level + 1, state)} => ${show(content, level + 1, state)}`,
  );
}

function limited<T>(items: readonly T[], state: State, each: (item: T) => string): string[] {
  const rest = more(items.length - state.maxItems, "item");
  const parts = items.slice(0, state.maxItems).map(each);
  return rest === "" ? parts : [...parts, rest];
}

function constructorName(value: object): string | undefined {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    const maker: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof maker === "function" && maker.name !== "") return maker.name;
  }
  return undefined;
}

function functionLabel(value: { name: string }): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  const kind = isClass ? "class" : (constructorName(value) ?? "Function");
  return isClass
    ? `[class ${value.name || "(anonymous)"}]`
    : `[${kind}${value.name === "" ? " (anonymous)" : `: ${value.name}`}]`;
}

function errorText(error: Error): string {
  const { stack } = error;
  return typeof stack === "string" && stack !== "" ? stack : `[${String(error)}]`;
}
