import { defineGlobal } from "./globals.ts";

type Listener = ((event: Event) => void) | { handleEvent(event: Event): void };

interface ListenerOptions {
  once?: boolean;
  /** Takes the listener away. */
  signal?: EventTarget & { readonly aborted: boolean };
}

/** What a listener throws is not its dispatcher's: it fails the task as an unhandled rejection, and the others run. */
export function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    void PlainPromise.reject(error);
  }
}

const PlainPromise = Promise;

/** https://dom.spec.whatwg.org/#event, as far as a world without a document needs it. */
export class Event {
  readonly timeStamp = 0;
  defaultPrevented = false;
  target: EventTarget | null = null;

  constructor(
    readonly type: string,
    readonly init: { cancelable?: boolean } = {},
  ) {}

  preventDefault(): void {
    if (this.init.cancelable === true) this.defaultPrevented = true;
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
    for (const { listener, once } of [...(this.#listeners.get(event.type) ?? [])]) {
      if (once) this.removeEventListener(event.type, listener);
      callListener(() => {
        if (typeof listener === "function") listener.call(this, event);
        else listener.handleEvent(event);
      });
    }
    return !event.defaultPrevented;
  }
}

/** Defines Event and EventTarget. */
export function installEvents(): void {
  defineGlobal("Event", Event);
  defineGlobal("EventTarget", EventTarget);
}
