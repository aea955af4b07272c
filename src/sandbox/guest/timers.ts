import { OPERATION } from "../host-operations.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";

interface Timer {
  run: () => void;
  /** Time between firings, in ms; undefined for a timeout. */
  every: number | undefined;
}

const timers = new Map<number, Timer>();
let lastTimer = 0;
const MAX_DELAY = 2 ** 31 - 1;

/** Defines setTimeout, setInterval, setImmediate and their counterparts. */
export function installTimers(): void {
  defineGlobal("setTimeout", (callback: unknown, delay?: unknown, ...values: unknown[]) =>
    start(callback, delay, values, false),
  );
  defineGlobal("setInterval", (callback: unknown, delay?: unknown, ...values: unknown[]) =>
    start(callback, delay, values, true),
  );
  defineGlobal("setImmediate", (callback: unknown, ...values: unknown[]) => start(callback, 0, values, false));
  defineGlobal("clearTimeout", stop);
  defineGlobal("clearInterval", stop);
  defineGlobal("clearImmediate", stop);
}

/** Calls a function once, after some ms. @returns a function that prevents that */
export function startTimer(run: () => void, ms: number): () => void {
  const timer = start(run, ms, [], false);
  return () => stop(timer);
}

/** Runs a timer that is due. */
export function fireTimer(id: number): void {
  const timer = timers.get(id);
  if (timer === undefined) return;
  if (timer.every === undefined) timers.delete(id);
  else host(OPERATION.setTimer, id, timer.every);
  timer.run();
}

function start(callback: unknown, delay: unknown, values: unknown[], repeat: boolean): number {
  if (typeof callback !== "function") throw new TypeError("the first argument of a timer must be a function");
  const ms = Math.min(Math.max(Number(delay) || 0, 0), MAX_DELAY);
  lastTimer += 1;
  timers.set(lastTimer, { run: () => callback(...values), every: repeat ? Math.max(ms, 1) : undefined });
  host(OPERATION.setTimer, lastTimer, ms);
  return lastTimer;
}

/** Converts an argument to the number of a timer. Values that are not numbers are ignored. */
function stop(id: unknown): void {
  const timer = typeof id === "number" || typeof id === "string" ? Number(id) : Number.NaN;
  if (timers.delete(timer)) host(OPERATION.clearTimer, timer);
}
