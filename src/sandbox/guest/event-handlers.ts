import type { Event } from "./event.ts";
import { EventTarget } from "./event-target.ts";
import { isObjectOrFunction } from "./webidl.ts";

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { addEventListener, removeEventListener } = EventTarget.prototype;

/** The handlers that were set as properties, such as `onabort`: https://html.spec.whatwg.org/#event-handlers */
const handlers = new WeakMap<EventTarget, Map<string, { handler: object; listener: (event: Event) => void }>>();

/** Defines a property such as `onabort`. Its handler runs among the listeners, in the place where it was set. */
export function defineHandler(made: { prototype: EventTarget }, type: string): void {
  const name = `on${type}`;
  // An accessor of an object literal gets the name that WebIDL wants, such as "get onabort".
  const accessors = {
    get [name](): object | null {
      const target = this as unknown as EventTarget;
      removeEventListener.call(target, type, null); // throws for anything else than an EventTarget
      return handlers.get(target)?.get(type)?.handler ?? null;
    },
    set [name](value: unknown) {
      setHandler(this as unknown as EventTarget, type, isObjectOrFunction(value) ? value : null);
    },
  };
  defineProperty(made.prototype, name, getOwnPropertyDescriptor(accessors, name) as PropertyDescriptor);
}

function setHandler(target: EventTarget, type: string, handler: object | null): void {
  removeEventListener.call(target, type, null);
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
