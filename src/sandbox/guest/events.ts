import { defineGlobal } from "./globals.ts";

type Listener = ((event: Event) => void) | { handleEvent(event: Event): void };

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

  addEventListener(type: string, listener: Listener | null, options: { once?: boolean } | boolean = {}): void {
    if (listener === null) return;
    const registered = this.#listeners.get(type) ?? [];
    if (registered.some((entry) => entry.listener === listener)) return;
    registered.push({ listener, once: typeof options === "object" && options.once === true });
    this.#listeners.set(type, registered);
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
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

/** Defines Event and EventTarget. */
export function installEvents(): void {
  defineGlobal("Event", Event);
  defineGlobal("EventTarget", EventTarget);
}
