import { OPERATION } from "../host-operations.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { inspect } from "./inspect.ts";
import { toDomString } from "./webidl.ts";

const LEVEL = { debug: 0, info: 1, warn: 2, error: 3 };

/** Defines console. Every call adds one entry to the execution's log. */
export function installConsole(): void {
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  let indent = "";

  const write = (level: number, values: unknown[]) => {
    const text = format(values);
    const indented = indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`);
    host(OPERATION.log, level, indented.toWellFormed());
  };
  const elapsed = (label: string) => `${label}: ${(Date.now() - (starts.get(label) ?? Date.now())).toFixed(0)} ms`;
  const group = (...values: unknown[]) => {
    if (values.length > 0) write(LEVEL.info, values);
    indent += "  ";
  };

  const methods = {
    debug: (...values: unknown[]) => write(LEVEL.debug, values),
    trace: (...values: unknown[]) => write(LEVEL.debug, [traceOf(format(values))]),
    log: (...values: unknown[]) => write(LEVEL.info, values),
    info: (...values: unknown[]) => write(LEVEL.info, values),
    dir: (...values: unknown[]) =>
      write(LEVEL.info, [typeof values[0] === "string" ? JSON.stringify(values[0]) : values[0]]),
    dirxml: (...values: unknown[]) => write(LEVEL.info, values),
    table: (...values: unknown[]) => write(LEVEL.info, values.slice(0, 1)),
    warn: (...values: unknown[]) => write(LEVEL.warn, values),
    error: (...values: unknown[]) => write(LEVEL.error, values),
    assert: (...values: unknown[]) => {
      if (!values[0]) write(LEVEL.error, ["Assertion failed", ...values.slice(1)]);
    },
    clear: () => {
      indent = ""; // what was written stays
    },
    count: (given: unknown = undefined) => {
      const label = toLabel(given);
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      write(LEVEL.info, [`${label}: ${count}`]);
    },
    countReset: (label: unknown = undefined) => void counts.delete(toLabel(label)),
    time: (label: unknown = undefined) => void starts.set(toLabel(label), Date.now()),
    timeLog: (label: unknown = undefined, ...values: unknown[]) =>
      write(LEVEL.info, [elapsed(toLabel(label)), ...values]),
    timeEnd: (given: unknown = undefined) => {
      const label = toLabel(given);
      write(LEVEL.info, [elapsed(label)]);
      starts.delete(label);
    },
    group,
    groupCollapsed: (...values: unknown[]) => group(...values),
    groupEnd: () => {
      indent = indent.slice(2);
    },
  };
  // A namespace has an empty object as its prototype: https://console.spec.whatwg.org/#console-namespace
  const namespace = Object.assign(Object.create({}) as object, methods);
  Object.defineProperty(namespace, Symbol.toStringTag, { value: "console", configurable: true });
  defineGlobal("console", namespace);
}

function toLabel(value: unknown): string {
  return value === undefined ? "default" : toDomString(value, "a label");
}

/** Returns a message with the current call stack. */
function traceOf(message: string): string {
  const trace = new Error();
  Object.defineProperties(trace, { name: { value: "Trace" }, message: { value: message } });
  return String(trace.stack);
}

/** https://console.spec.whatwg.org/#formatter, without colours. */
function format(values: unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string" || !first.includes("%")) return values.map((value) => inspect(value)).join(" ");
  const text = first.replace(/%([sdifoOcj%])/g, (whole, kind: string) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return whole;
    const value = rest.shift();
    if (kind === "c") return "";
    if (kind === "s") return typeof value === "object" ? inspect(value) : String(value);
    if (kind === "i") return String(Math.trunc(numberOf(value)));
    if (kind === "d" || kind === "f") return String(numberOf(value));
    return inspect(value);
  });
  return [text, ...rest.map((value) => inspect(value))].join(" ");
}

function numberOf(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return Number.NaN;
  }
}
