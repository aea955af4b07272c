import type { JsonValue } from "../../domain/json.ts";
import { DELIVERY, OPERATION } from "../host-operations.ts";
import { abortSignal, installAbort, newSignal } from "./abort.ts";
import { installBase } from "./base.ts";
import { settleBody } from "./body-reads.ts";
import { installConsole } from "./console.ts";
import { installCrypto, settleSubtle } from "./crypto.ts";
import { installDate } from "./date.ts";
import { durableMethods, rowsOfInput, settleDurable, streamOf } from "./durable.ts";
import { installEncoding } from "./encoding.ts";
import { describeError, installErrors } from "./errors.ts";
import { installEvent } from "./event.ts";
import { installEventTarget } from "./event-target.ts";
import { installFetch, setFetchDefaults } from "./fetch.ts";
import { sendNext, settleFetch, unobservedFailure } from "./fetch-call.ts";
import { installHeaders } from "./headers.ts";
import { host } from "./host.ts";
import { followLoading, loadingState } from "./loading.ts";
import { installLocaleMethods } from "./locale-methods.ts";
import { outputJson } from "./output-json.ts";
import { defineLazyGlobals, usePart } from "./parts.ts";
import { installResponse } from "./response.ts";
import { installStacks } from "./stack.ts";
import { fireTimer, installTimers } from "./timers.ts";
import { installUrl } from "./url.ts";
import { installWebParts } from "./web-parts.ts";
import { isObjectOrFunction } from "./webidl.ts";

/** What a guest needs to know about its execution. */
export interface GuestStart {
  executionId: string;
  attempt: number;
  scheduledAt?: string;
  task: { uuid: string; version: string; label: string };
  secrets: Record<string, string>;
  throwHttpErrors: boolean;
  /** The input is a stream of rows. */
  rows: boolean;
}

/** A failure as reported by the guest. `phase` is "output" if the output is not JSON, "run" if the task threw. */
export interface GuestFailure {
  phase: "run" | "output";
  error: ReturnType<typeof describeError>;
}

type TaskFunction = (input: unknown, context: object) => unknown;

const { parse, stringify } = JSON;
const { assign, defineProperty, keys } = Object;
const { toString: kindText } = Object.prototype;
const { apply } = Reflect;
const state: { main: TaskFunction | undefined; abort: (() => void) | undefined; isAborted: boolean } = {
  main: undefined,
  abort: undefined,
  isAborted: false,
};

/** The functions that the host calls. It finds them as properties of the completion value of this script. */
const entries = {
  /**
   * Finds the task's function after its script has run: in `module.exports`, the completion value, or the global `main`.
   * @returns an empty string, what is wrong, or see {@link loadingState}
   */
  bind(completion: unknown): string {
    if (followLoading(completion, bindFunction, describeWith)) return loadingState();
    const scope = globalThis as { module?: { exports?: unknown }; main?: unknown };
    // Exports come first, because the completion value of `exports.main = f; exports.other = g;` is g.
    return bindFunction(scope.module?.exports, completion, scope.main);
  },

  /** See {@link loadingState}. */
  loaded: loadingState,

  /** Runs the task. @returns the JSON of the output if the task has ended; otherwise undefined, and `settle` follows later */
  start(input: string, started: string): string | undefined {
    try {
      const { throwHttpErrors, rows, ...facts } = parse(started) as GuestStart;
      setFetchDefaults(throwHttpErrors);
      const { main } = state; // called without `this`
      const result = main?.(rows ? rowsOfInput() : (parse(input) as JsonValue), fillContext(facts));
      if (!isThenable(result) && !isGenerator(result)) return finish(result);
      void settleLater(result);
    } catch (error) {
      fail("run", error);
    }
    return undefined;
  },

  /** Receives a result, a timer that is due, or an abort from the host. */
  deliver(kind: number, index: number, text: string | undefined, bytes: Uint8Array | undefined): void {
    if (kind === DELIVERY.fetch) settleFetch(index, text ?? "");
    else if (kind === DELIVERY.timer) fireTimer(index);
    else if (kind === DELIVERY.subtle) settleSubtle(index, text ?? "", bytes);
    else if (kind === DELIVERY.body) settleBody(index, text, bytes);
    else if (kind === DELIVERY.upload) void sendNext(index);
    else if (kind === DELIVERY.socket) settleSocket(index, text, bytes);
    else if (kind === DELIVERY.durable) settleDurable(index, text ?? "");
    else abort();
  },

  /** Called when all fetches have ended. @returns the JSON of a failure that the task never looked at, if there is one */
  unobserved(): string | undefined {
    const failure = unobservedFailure();
    return failure === undefined ? undefined : failureJson("run", failure.error);
  },

  /** Called before the program loads, unless the task's time zone is UTC and its calls of fetch throw no errors for statuses. */
  prepare(hasTimeZone: number, throwHttpErrors: number): void {
    if (hasTimeZone === 1) usePart("local-date");
    setFetchDefaults(throwHttpErrors === 1);
  },

  /** Describes anything that was thrown, as JSON. */
  describe(thrown: unknown): string {
    return failureJson("run", thrown);
  },
};

/** The execution is cancelled, which a signal that the task asks for later shows too. */
function abort(): void {
  state.isAborted = true;
  state.abort?.();
}

/** Only a task that uses the part has sockets. */
function settleSocket(index: number, text: string | undefined, bytes: Uint8Array | undefined): void {
  (usePart("websocket") as { deliver(...given: unknown[]): void }).deliver(index, text, bytes);
}

/** @param candidates what may be the task's function, or contain it */
function bindFunction(...candidates: unknown[]): string {
  for (let i = 0; i < candidates.length; i++) {
    const found = functionIn(candidates[i]);
    if (found !== undefined) {
      state.main = found;
      return "";
    }
  }
  return "the program defines no function: it should be a function, declare `main`, or export one";
}

function functionIn(candidate: unknown): TaskFunction | undefined {
  if (typeof candidate === "function") return candidate as TaskFunction;
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const { main, default: standard } = candidate as { main?: unknown; default?: unknown };
  if (typeof standard === "function") return standard as TaskFunction;
  if (typeof main === "function") return main as TaskFunction;
  return standard === undefined || standard === candidate ? undefined : functionIn(standard);
}

let signal: ReturnType<typeof newSignal> | undefined;

/** The context. Every machine has it from the start, because each runs one execution: that takes less time than making it. */
const context = {
  executionId: undefined as unknown,
  attempt: undefined as unknown,
  task: undefined as unknown,
  secrets: undefined as unknown,
  ...durableMethods,
  get signal() {
    if (signal === undefined) {
      const made = newSignal();
      state.abort = () => abortSignal(made, new DOMException("the execution was cancelled", "AbortError"));
      signal = made;
      if (state.isAborted) state.abort();
    }
    return signal;
  },
  progress(value: unknown): void {
    const json = stringify(value);
    host(OPERATION.progress, json === undefined ? "null" : json);
  },
};

/** Fills in the context with what differs between executions. */
function fillContext({ secrets, ...facts }: Omit<GuestStart, "throwHttpErrors" | "rows">): object {
  assign(context, facts);
  context.secrets = watchedSecrets(secrets);
  return context;
}

/** Makes each secret tell the host when it is read for the first time. After that, it is an ordinary property. */
function watchedSecrets(secrets: Record<string, string>): Record<string, string> {
  const names = keys(secrets);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const held = secrets[name];
    const become = (value: unknown) =>
      defineProperty(secrets, name, {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      } as PropertyDescriptor);
    defineProperty(secrets, name, {
      __proto__: null,
      enumerable: true,
      configurable: true,
      get() {
        become(held);
        host(OPERATION.secretRead, name);
        return held;
      },
      set: become,
    } as PropertyDescriptor);
  }
  return secrets;
}

/** Waits with `await`, which does not depend on Promise.prototype: the task may have changed that. */
async function settleLater(result: unknown): Promise<void> {
  try {
    const value = await result;
    const json = finish(isGenerator(value) ? await streamOf(value) : value);
    if (json !== undefined) host(OPERATION.settle, 1, json);
  } catch (error) {
    fail("run", error);
  }
}

/** Tells whether a task has returned a generator, whose items are the stream of the run. */
function isGenerator(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const kind = apply(kindText, value, []);
  return kind === "[object AsyncGenerator]" || kind === "[object Generator]";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObjectOrFunction(value) && typeof value.then === "function";
}

/** Returns the JSON of the output. If the value has no JSON, reports that to the host and returns undefined. */
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

function failureJson(phase: GuestFailure["phase"], error: unknown): string {
  return failureOf(phase, describeError(error));
}

function describeWith(error: unknown, addPlace: (described: GuestFailure["error"]) => void): string {
  const described = describeError(error);
  addPlace(described);
  return failureOf("run", described);
}

/** The objects have no prototypes, so that a `toJSON` that the task may have added to one is not called. */
function failureOf(phase: GuestFailure["phase"], error: GuestFailure["error"]): string {
  const failure = { __proto__: null, phase, error };
  return stringify(failure satisfies GuestFailure);
}

installStacks();
installDate();
installErrors();
installEvent();
installEventTarget();
installEncoding();
installUrl();
installHeaders();
installAbort();
installTimers();
installConsole();
installCrypto();
installFetch();
installLocaleMethods();
defineLazyGlobals(["Intl"], "intl");
defineLazyGlobals(["Temporal"], "temporal");
installResponse();
installBase();
installWebParts();
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
