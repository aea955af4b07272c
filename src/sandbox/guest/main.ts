import type { JsonValue } from "../../domain/json.ts";
import { DELIVERY, OPERATION } from "../host-operations.ts";
import { abortSignal, installAbort, newSignal } from "./abort.ts";
import { installConsole } from "./console.ts";
import { installCrypto, settleSubtle } from "./crypto.ts";
import { installDate } from "./date.ts";
import { installEncoding } from "./encoding.ts";
import { describeError, installErrors } from "./errors.ts";
import { installEvents } from "./events.ts";
import { installFetch, setFetchDefaults, settleFetch, unobservedFailure } from "./fetch.ts";
import { installHeaders } from "./headers.ts";
import { host } from "./host.ts";
import { outputJson } from "./output-json.ts";
import { installStacks } from "./stack.ts";
import { installStructuredClone } from "./structured-clone.ts";
import { fireTimer, installTimers } from "./timers.ts";
import { installUrl } from "./url.ts";

/** What the host tells the guest about an execution. */
export interface GuestStart {
  executionId: string;
  attempt: number;
  scheduledAt?: string | undefined;
  task: { uuid: string; version: string; label: string };
  secrets: Record<string, string>;
  throwHttpErrors: boolean;
}

/** How the guest reports a failure. `phase` tells a result that is no JSON from a task that threw. */
export interface GuestFailure {
  phase: "run" | "output";
  error: ReturnType<typeof describeError>;
}

type TaskFunction = (input: JsonValue, context: object) => unknown;

const { parse, stringify } = JSON;
const state: { main: TaskFunction | undefined; abort: (() => void) | undefined } = {
  main: undefined,
  abort: undefined,
};

/** The functions the host calls; it finds them as properties of the value this script ends with. */
const entries = {
  /**
   * Finds the task's function after its script ran: `module.exports`, the completion value, or the global `main`.
   * Gives an empty string, or what is wrong.
   */
  bind(completion: unknown): string {
    const scope = globalThis as { module?: { exports?: unknown }; main?: unknown };
    // Exports first: `exports.main = f; exports.other = g;` ends with g. A script without exports leaves them empty.
    for (const candidate of [scope.module?.exports, completion, scope.main]) {
      const found = functionIn(candidate);
      if (found !== undefined) {
        state.main = found;
        return "";
      }
    }
    return "the program defines no function: it should be a function, declare `main`, or export one";
  },

  /** Runs the task. Gives the output's JSON when it ended at once, else undefined and the host hears of it later. */
  start(input: string, started: string): string | undefined {
    try {
      const { throwHttpErrors, ...facts } = parse(started) as GuestStart;
      setFetchDefaults(throwHttpErrors);
      const { main } = state; // called without `this`
      const result = main?.(parse(input) as JsonValue, makeContext(facts));
      if (!isThenable(result)) return finish(result);
      void settleLater(result);
    } catch (error) {
      fail("run", error);
    }
    return undefined;
  },

  /** Takes what the host has for the guest: an answer, a timer, an abort. */
  deliver(kind: number, index: number, text: string | undefined, bytes: Uint8Array | undefined): void {
    if (kind === DELIVERY.fetch) settleFetch(index, text ?? "");
    else if (kind === DELIVERY.timer) fireTimer(index);
    else if (kind === DELIVERY.subtle) settleSubtle(index, text ?? "", bytes);
    else state.abort?.();
  },

  /** Called when all fetches have ended: the failure of one that nobody looked at, as JSON. */
  unobserved(): string | undefined {
    const failure = unobservedFailure();
    return failure === undefined ? undefined : failureJson("run", failure.error);
  },

  /** Describes anything thrown, as JSON. */
  describe(thrown: unknown): string {
    return failureJson("run", thrown);
  },
};

function functionIn(candidate: unknown): TaskFunction | undefined {
  if (typeof candidate === "function") return candidate as TaskFunction;
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const { main, default: standard } = candidate as { main?: unknown; default?: unknown };
  if (typeof standard === "function") return standard as TaskFunction;
  if (typeof main === "function") return main as TaskFunction;
  return standard === undefined || standard === candidate ? undefined : functionIn(standard);
}

function makeContext(facts: Omit<GuestStart, "throwHttpErrors">): object {
  let signal: ReturnType<typeof newSignal> | undefined;
  return {
    ...facts,
    get signal() {
      if (signal === undefined) {
        const made = newSignal();
        state.abort = () => abortSignal(made, new DOMException("the execution was cancelled", "AbortError"));
        signal = made;
      }
      return signal;
    },
    progress(value: unknown): void {
      const json = stringify(value);
      host(OPERATION.progress, json === undefined ? "null" : json);
    },
  };
}

/** Waits by the language's own means, which no change to Promise.prototype touches. */
async function settleLater(result: PromiseLike<unknown>): Promise<void> {
  try {
    const json = finish(await result);
    if (json !== undefined) host(OPERATION.settle, 1, json);
  } catch (error) {
    fail("run", error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** The output as JSON; undefined (and the host told) when it is not JSON. */
function finish(value: unknown): string | undefined {
  try {
    return outputJson(value);
  } catch (error) {
    fail("output", error);
    return undefined;
  }
}

function fail(phase: GuestFailure["phase"], error: unknown): void {
  host(OPERATION.settle, 0, failureJson(phase, error));
}

/** Without prototypes, so that a `toJSON` that the task may have put on one has no say. */
function failureJson(phase: GuestFailure["phase"], error: unknown): string {
  const failure = { __proto__: null, phase, error: describeError(error) };
  return stringify(failure satisfies GuestFailure);
}

installStacks();
installDate();
installErrors();
installEvents();
installEncoding();
installUrl();
installHeaders();
installAbort();
installTimers();
installConsole();
installStructuredClone();
installCrypto();
installFetch();
Object.defineProperty(globalThis, "module", {
  value: { exports: {} },
  writable: true,
  configurable: true,
  enumerable: false,
});
Object.defineProperty(globalThis, "exports", {
  value: (globalThis as unknown as { module: { exports: object } }).module.exports,
  writable: true,
  configurable: true,
  enumerable: false,
});
(globalThis as { __ratchetEntries?: unknown }).__ratchetEntries = entries;
