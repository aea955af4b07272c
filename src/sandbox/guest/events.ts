import { defineGlobal } from "./globals.ts";

type Listener = ((event: Event) => void) | { handleEvent(event: Event): void };

interface ListenerOptions {
  once?: boolean;
  /** Removes the listener. */
  signal?: EventTarget & { readonly aborted: boolean };
}

/** An error of a listener does not reach the dispatcher: it fails the task as an unhandled rejection, and the other listeners run. */
export function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    void PlainPromise.reject(error);
  }
}

const PlainPromise = Promise;

/** https://dom.spec.whatwg.org/#event, without the parts that need a document. */
export class Event {
  readonly timeStamp = 0;
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  defaultPrevented = false;
  target: EventTarget | null = null;
  /** Equals the target while listeners run, because events have no tree to bubble through. */
  currentTarget: EventTarget | null = null;
  #stopped = false;

  constructor(type: string, init: { bubbles?: boolean; cancelable?: boolean } = {}) {
    this.type = String(type);
    this.bubbles = init.bubbles === true;
    this.cancelable = init.cancelable === true;
  }

  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }

  stopPropagation(): void {}

  /** Skips the remaining listeners. */
  stopImmediatePropagation(): void {
    this.#stopped = true;
  }

  /** True if the remaining listeners are skipped. Not part of the public interface. */
  static isStopped(event: Event): boolean {
    return event.#stopped;
  }
}

/** https://dom.spec.whatwg.org/#eventtarget */
export class EventTarget {
  #listeners = new Map<string, { listener: Listener; once: boolean }[]>();

  addEventListener(type: string, listener: Listener | null, options: ListenerOptions | boolean = {}): void {
    if (listener === null) return;
    const { once, signal } = typeof options === "object" ? options : {};
    if (signal?.aborted === true) return;
    const registered = this.#listeners.get(type) ?? [];
    if (registered.some((entry) => entry.listener === listener)) return;
    registered.push({ listener, once: once === true });
    this.#listeners.set(type, registered);
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener), { once: true });
  }

  removeEventListener(type: string, listener: Listener | null): void {
    const registered = this.#listeners.get(type) ?? [];
    this.#listeners.set(
      type,
      registered.filter((entry) => entry.listener !== listener),
    );
  }

  dispatchEvent(event: Event): boolean {
    event.target = this;
    event.currentTarget = this;
    for (const { listener, once } of [...(this.#listeners.get(event.type) ?? [])]) {
      // An earlier listener may have removed this one.
      if (this.#listeners.get(event.type)?.some((entry) => entry.listener === listener) !== true) continue;
      if (once) this.removeEventListener(event.type, listener);
      callListener(() => {
        if (typeof listener === "function") listener.call(this, event);
        else listener.handleEvent(event);
      });
      if (isStopped(event)) break;
    }
    event.currentTarget = null;
    return !event.defaultPrevented;
  }
}

const { isStopped } = Event;

/** Defines Event and EventTarget. */
export function installEvents(): void {
  Reflect.deleteProperty(Event, "isStopped");
  defineGlobal("Event", Event);
  defineGlobal("EventTarget", EventTarget);
}
