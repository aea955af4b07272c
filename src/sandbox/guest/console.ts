import { OPERATION } from "../host-operations.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { inspect } from "./inspect.ts";

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

  defineGlobal("console", {
    debug: (...values: unknown[]) => write(LEVEL.debug, values),
    trace: (...values: unknown[]) => write(LEVEL.debug, [traceOf(format(values))]),
    log: (...values: unknown[]) => write(LEVEL.info, values),
    info: (...values: unknown[]) => write(LEVEL.info, values),
    dir: (value: unknown) => write(LEVEL.info, [typeof value === "string" ? JSON.stringify(value) : value]),
    table: (value: unknown) => write(LEVEL.info, [value]),
    warn: (...values: unknown[]) => write(LEVEL.warn, values),
    error: (...values: unknown[]) => write(LEVEL.error, values),
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) write(LEVEL.error, ["Assertion failed", ...values]);
    },
    count: (label = "default") => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      write(LEVEL.info, [`${label}: ${counts.get(label)}`]);
    },
    countReset: (label = "default") => counts.delete(label),
    time: (label = "default") => starts.set(label, Date.now()),
    timeLog: (label = "default", ...values: unknown[]) => write(LEVEL.info, [elapsed(label), ...values]),
    timeEnd: (label = "default") => {
      write(LEVEL.info, [elapsed(label)]);
      starts.delete(label);
    },
    group: (...values: unknown[]) => {
      if (values.length > 0) write(LEVEL.info, values);
      indent += "  ";
    },
    groupCollapsed: (...values: unknown[]) => {
      if (values.length > 0) write(LEVEL.info, values);
      indent += "  ";
    },
    groupEnd: () => {
      indent = indent.slice(2);
    },
  });
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
