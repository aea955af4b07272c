import { Event, EventTarget } from "./events.ts";
import { defineGlobal } from "./globals.ts";

/** Only this module can create signals. */
const making = { allowed: false };

/** https://dom.spec.whatwg.org/#interface-AbortSignal */
export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  #onabort: ((event: Event) => void) | null = null;

  constructor() {
    super();
    if (!making.allowed) throw new TypeError("create an AbortSignal with an AbortController");
  }

  get onabort(): ((event: Event) => void) | null {
    return this.#onabort;
  }

  /** Runs among the listeners, in the place where it was first set (HTML, event handlers). */
  set onabort(handler: unknown) {
    if (this.#onabort === null) this.addEventListener("abort", this.#callHandler);
    this.#onabort = typeof handler === "function" ? (handler as (event: Event) => void) : null;
    if (this.#onabort === null) this.removeEventListener("abort", this.#callHandler);
  }

  readonly #callHandler = (event: Event): void => this.#onabort?.call(this, event);

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = newSignal();
    abortSignal(signal, reason);
    return signal;
  }

  static timeout(ms: number): AbortSignal {
    const signal = newSignal();
    setTimeout(() => abortSignal(signal, new DOMException("the operation timed out", "TimeoutError")), ms);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const combined = newSignal();
    for (const signal of signals) {
      if (signal.aborted) {
        abortSignal(combined, signal.reason);
        break;
      }
      signal.addEventListener("abort", () => abortSignal(combined, signal.reason), { once: true });
    }
    return combined;
  }

  /** Aborts the signal. Not part of the public interface, see {@link installAbort}. */
  static settle(signal: AbortSignal, reason: unknown): void {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason === undefined ? new DOMException("the operation was aborted", "AbortError") : reason;
    signal.dispatchEvent(new Event("abort"));
  }
}

const settleSignal = AbortSignal.settle;

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

/** https://dom.spec.whatwg.org/#interface-abortcontroller */
class AbortController {
  readonly signal = newSignal();

  abort(reason?: unknown): void {
    abortSignal(this.signal, reason);
  }
}

/** Defines AbortSignal and AbortController. */
export function installAbort(): void {
  Reflect.deleteProperty(AbortSignal, "settle");
  defineGlobal("AbortSignal", AbortSignal);
  defineGlobal("AbortController", AbortController);
}
