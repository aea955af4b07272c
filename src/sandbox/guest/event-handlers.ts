import type { Event } from "./event.ts";
import { EventTarget } from "./event-target.ts";
import { isObjectOrFunction } from "./webidl.ts";

const { defineProperty } = Object;
const { addEventListener, removeEventListener } = EventTarget.prototype;

/** The handlers that were set as properties, such as `onabort`: https://html.spec.whatwg.org/#event-handlers */
const handlers = new WeakMap<EventTarget, Map<string, { handler: object; listener: (event: Event) => void }>>();

/** Defines a property such as `onabort`. Its handler runs among the listeners, in the place where it was set. */
export function defineHandler(made: { prototype: EventTarget }, type: string): void {
  defineProperty(made.prototype, `on${type}`, {
    get(this: EventTarget): object | null {
      return handlers.get(this)?.get(type)?.handler ?? null;
    },
    set(this: EventTarget, value: unknown): void {
      setHandler(this, type, isObjectOrFunction(value) ? value : null);
    },
    enumerable: true,
    configurable: true,
  });
}

function setHandler(target: EventTarget, type: string, handler: object | null): void {
  const all = handlers.get(target) ?? new Map();
  handlers.set(target, all);
  const known = all.get(type);
  if (handler === null) {
    if (known !== undefined) removeEventListener.call(target, type, known.listener);
    all.delete(type);
  } else if (known !== undefined) {
    known.handler = handler;
  } else {
    const made = {
      handler,
      listener: (event: Event) => {
        if (typeof made.handler === "function" && made.handler.call(target, event) === false) event.preventDefault();
      },
    };
    all.set(type, made);
    addEventListener.call(target, type, made.listener);
  }
}
