import { Event } from "./event.ts";
import { defineHandler } from "./event-handlers.ts";
import { EventTarget, fireEvent, signals } from "./event-target.ts";
import { defineGlobal } from "./globals.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import { startTimer } from "./timers.ts";
import { enforceRange, toSequence } from "./webidl.ts";

/** Only this module can create signals. */
const making = { allowed: false };

/** https://dom.spec.whatwg.org/#interface-AbortSignal */
export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  /** What runs before the listeners. */
  #algorithms: (() => void)[] = [];
  /** The signals that this one follows; undefined if it follows none by its nature. */
  #sources: AbortSignal[] | undefined;
  #dependents: AbortSignal[] = [];

  constructor() {
    if (!making.allowed) throw new TypeError("create an AbortSignal with an AbortController");
    super();
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static abort(reason: unknown = undefined): AbortSignal {
    const signal = newSignal();
    abortSignal(signal, reason);
    return signal;
  }

  static timeout(...given: unknown[]): AbortSignal {
    needArguments(given, 1, "AbortSignal.timeout");
    const ms = enforceRange(given[0], 53, "the time of AbortSignal.timeout");
    const signal = newSignal();
    startTimer(() => abortSignal(signal, new DOMException("the operation timed out", "TimeoutError")), ms);
    return signal;
  }

  static any(...given: unknown[]): AbortSignal {
    needArguments(given, 1, "AbortSignal.any");
    const sources = toSequence(given[0], toSignal, "the argument of AbortSignal.any");
    return combineSignals(sources);
  }

  /** Not part of the public interface, like the three below: see {@link installAbort}. */
  static combine(sources: readonly AbortSignal[]): AbortSignal {
    const combined = newSignal();
    const aborted = sources.find((source) => source.#aborted);
    if (aborted !== undefined) {
      combined.#aborted = true;
      combined.#reason = aborted.#reason;
      return combined;
    }
    const all = sources.flatMap((source) => source.#sources ?? [source]);
    combined.#sources = [...new Set(all)];
    for (const source of combined.#sources) source.#dependents.push(combined);
    return combined;
  }

  /** https://dom.spec.whatwg.org/#abortsignal-signal-abort: all dependent signals are aborted before any listener runs. */
  static settle(signal: AbortSignal, reason: unknown): void {
    if (signal.#aborted) return;
    const why = reason === undefined ? new DOMException("the operation was aborted", "AbortError") : reason;
    const all = [signal, ...signal.#dependents.filter((dependent) => !dependent.#aborted)];
    for (const each of all) {
      each.#aborted = true;
      each.#reason = why;
    }
    for (const each of all) {
      const algorithms = each.#algorithms;
      each.#algorithms = [];
      each.#dependents = [];
      for (const run of algorithms) run();
      fireEvent(each, new Event("abort"));
    }
  }

  static onAbort(signal: AbortSignal, run: () => void): () => void {
    signal.#algorithms.push(run);
    return () => {
      signal.#algorithms = signal.#algorithms.filter((each) => each !== run);
    };
  }

  static is(value: unknown): value is AbortSignal {
    return typeof value === "object" && value !== null && #algorithms in value;
  }
}

const settleSignal = AbortSignal.settle;
/** Is a value a signal, whatever its prototype is? */
export const isSignal = AbortSignal.is;
/** Runs a function when a signal is aborted, before its listeners. @returns a function that takes it back */
export const onAbort = AbortSignal.onAbort;
/** Creates a signal that is aborted with the first of some others. */
export const combineSignals = AbortSignal.combine;

/** Creates a signal that is not aborted yet. */
export function newSignal(): AbortSignal {
  making.allowed = true;
  try {
    return new AbortSignal();
  } finally {
    making.allowed = false;
  }
}

/** Aborts a signal. Further calls do nothing. */
export function abortSignal(signal: AbortSignal, reason?: unknown): void {
  settleSignal(signal, reason);
}

function toSignal(value: unknown): AbortSignal {
  if (isSignal(value)) return value;
  throw new TypeError("AbortSignal.any takes only abort signals");
}

/** https://dom.spec.whatwg.org/#interface-abortcontroller */
class AbortController {
  readonly #signal = newSignal();

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason: unknown = undefined): void {
    abortSignal(this.#signal, reason);
  }
}

/** Defines AbortSignal and AbortController. */
export function installAbort(): void {
  for (const name of ["combine", "settle", "onAbort", "is"]) Reflect.deleteProperty(AbortSignal, name);
  signals.is = isSignal;
  signals.onAbort = (signal, run) => void onAbort(signal as AbortSignal, run);
  defineHandler(AbortSignal, "abort");
  shapeInterface(AbortSignal, "AbortSignal", { timeout: 1, any: 1 });
  shapeInterface(AbortController, "AbortController");
  defineGlobal("AbortSignal", AbortSignal);
  defineGlobal("AbortController", AbortController);
}
