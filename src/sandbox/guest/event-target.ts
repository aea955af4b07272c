import { type Callback, dispatch, type Event, isDispatched, type Listener, trustEvent } from "./event.ts";
import { defineGlobal } from "./globals.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import { isObjectOrFunction, toDomString } from "./webidl.ts";

/** https://dom.spec.whatwg.org/#eventtarget */
export class EventTarget {
  #listeners: Listener[] = [];

  addEventListener(...values: unknown[]): void {
    void this.#listeners; // throws for anything else than an EventTarget
    needArguments(values, 2, "addEventListener");
    const type = toDomString(values[0], "the type of an event");
    const callback = toCallback(values[1]);
    const given = values[2];
    const flat = isObjectOrFunction(given) ? given : { capture: given };
    const capture = Boolean(flat.capture);
    const once = Boolean(flat.once);
    const passive = Boolean(flat.passive);
    const signal = flat.signal;
    if (signal !== undefined && !signals.is(signal))
      throw new TypeError("the signal of a listener must be an AbortSignal");
    if (callback === null || signal?.aborted) return;
    if (this.#find(type, callback, capture) !== undefined) return;
    const listener: Listener = { type, callback, capture, once, passive, removed: false };
    this.#listeners = [...this.#listeners, listener];
    if (signal !== undefined) signals.onAbort(signal, () => removeListener(this, listener));
  }

  removeEventListener(...values: unknown[]): void {
    void this.#listeners;
    needArguments(values, 2, "removeEventListener");
    const type = toDomString(values[0], "the type of an event");
    const callback = toCallback(values[1]);
    const given = values[2];
    const capture = Boolean(isObjectOrFunction(given) ? given.capture : given);
    const found = callback === null ? undefined : this.#find(type, callback, capture);
    if (found !== undefined) removeListener(this, found);
  }

  dispatchEvent(...values: unknown[]): boolean {
    needArguments(values, 1, "dispatchEvent");
    const event = values[0] as Event;
    if (isDispatched(event)) throw new DOMException("the event is already being dispatched", "InvalidStateError");
    trustEvent(event, false);
    return dispatch(event, this, this.#snapshot());
  }

  /** Not part of the public interface, like the two below: see {@link installEventTarget}. */
  static remove(target: EventTarget, listener: Listener): void {
    listener.removed = true;
    target.#listeners = target.#listeners.filter((entry) => entry !== listener);
  }

  static fire(target: EventTarget, event: Event): boolean {
    trustEvent(event, true);
    return dispatch(event, target, target.#snapshot());
  }

  static hears(target: EventTarget, type: string): boolean {
    return target.#listeners.some((entry) => entry.type === type);
  }

  #snapshot(): Parameters<typeof dispatch>[2] {
    return { current: this.#listeners, remove: (listener) => removeListener(this, listener) };
  }

  #find(type: string, callback: Callback, capture: boolean): Listener | undefined {
    return this.#listeners.find(
      (entry) => entry.type === type && entry.callback === callback && entry.capture === capture,
    );
  }
}

const { remove: removeListener } = EventTarget;

/** Dispatches an event of the platform itself. @returns false if a listener canceled it */
export const fireEvent = EventTarget.fire;
/** Does anything listen for events of this type? */
export const hasListener = EventTarget.hears;

/** What listeners need to know of abort signals, which are event targets themselves. abort.ts fills it. */
export const signals: {
  is(value: unknown): value is EventTarget & { readonly aborted: boolean };
  /** Runs a function before the listeners of a signal run. */
  onAbort(signal: EventTarget, run: () => void): void;
} = { is: (value): value is never => value === signals, onAbort: () => {} };

function toCallback(value: unknown): Callback | null {
  if (value === null || value === undefined) return null;
  if (!isObjectOrFunction(value)) throw new TypeError("a listener must be a function or an object with handleEvent");
  return value as unknown as Callback;
}

/** Defines EventTarget. */
export function installEventTarget(): void {
  for (const name of ["remove", "fire", "hears"]) Reflect.deleteProperty(EventTarget, name);
  shapeInterface(EventTarget, "EventTarget", { addEventListener: 2, removeEventListener: 2, dispatchEvent: 1 });
  defineGlobal("EventTarget", EventTarget);
}
