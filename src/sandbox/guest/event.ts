import { defineGlobal } from "./globals.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import { toDictionary, toDomString } from "./webidl.ts";

/** What a listener is: a function, or an object with a method. */
export type Callback = ((this: unknown, event: Event) => void) | { handleEvent(event: Event): void };

/** https://dom.spec.whatwg.org/#concept-event-listener */
export interface Listener {
  type: string;
  callback: Callback;
  capture: boolean;
  once: boolean;
  passive: boolean;
  removed: boolean;
}

/** The listeners of a target when a dispatch begins. */
interface Listeners {
  current: readonly Listener[];
  remove(listener: Listener): void;
}

/** The phases of a dispatch. Events have no tree to travel through here, so only the last one occurs. */
const PHASES = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };
const PlainPromise = Promise;
/** The milliseconds since the image was taken, by the engine's own clock. */
export const now = performance.now.bind(performance);
const { defineProperty, getOwnPropertyDescriptor } = Object;

/** An error of a listener does not reach the dispatcher: it fails the task as an unhandled rejection, and the other listeners run. */
export function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    void PlainPromise.reject(error);
  }
}

/** https://dom.spec.whatwg.org/#event, without the parts that need a document. */
export class Event {
  readonly #timeStamp = now();
  #type: string;
  #bubbles: boolean;
  #cancelable: boolean;
  #composed: boolean;
  #trusted = false;
  #canceled = false;
  #stopped = false;
  #stoppedAtOnce = false;
  #dispatched = false;
  /** A passive listener runs, which can't cancel the event. */
  #passive = false;
  #target: object | null = null;
  #currentTarget: object | null = null;

  constructor(...given: unknown[]) {
    needArguments(given, 1, "Event");
    this.#type = toDomString(given[0], "the type of an event");
    const { bubbles, cancelable, composed } = toDictionary(given[1], "the options of an event");
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
    this.#composed = Boolean(composed);
    defineProperty(this, "isTrusted", trustedAccessor);
  }

  get type(): string {
    return this.#type;
  }

  get target(): object | null {
    return this.#target;
  }

  get srcElement(): object | null {
    return this.#target;
  }

  get currentTarget(): object | null {
    return this.#currentTarget;
  }

  composedPath(): object[] {
    return this.#currentTarget === null ? [] : [this.#currentTarget];
  }

  get eventPhase(): number {
    return this.#dispatched ? PHASES.AT_TARGET : PHASES.NONE;
  }

  stopPropagation(): void {
    this.#stopped = true;
  }

  get cancelBubble(): boolean {
    return this.#stopped;
  }

  set cancelBubble(value: unknown) {
    this.#stopped ||= Boolean(value);
  }

  /** Skips the remaining listeners. */
  stopImmediatePropagation(): void {
    this.#stopped = true;
    this.#stoppedAtOnce = true;
  }

  get bubbles(): boolean {
    return this.#bubbles;
  }

  get cancelable(): boolean {
    return this.#cancelable;
  }

  get returnValue(): boolean {
    return !this.#canceled;
  }

  set returnValue(value: unknown) {
    if (this.#cancelable && !this.#passive && !value) this.#canceled = true;
  }

  preventDefault(): void {
    if (this.#cancelable && !this.#passive) this.#canceled = true;
  }

  get defaultPrevented(): boolean {
    return this.#canceled;
  }

  get composed(): boolean {
    return this.#composed;
  }

  get timeStamp(): number {
    return this.#timeStamp;
  }

  initEvent(...given: unknown[]): void {
    needArguments(given, 1, "initEvent");
    const [type, bubbles, cancelable] = given;
    const text = toDomString(type, "the type of an event");
    if (this.#dispatched) return;
    this.#stopped = false;
    this.#stoppedAtOnce = false;
    this.#canceled = false;
    this.#trusted = false;
    this.#target = null;
    this.#type = text;
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
  }

  /** Not part of the public interface, like the three below: see {@link installEvent}. */
  static trusted(event: Event): boolean {
    return event.#trusted;
  }

  static trust(event: Event, trusted: boolean): void {
    event.#trusted = trusted;
  }

  /** Calls the listeners of one target in their order. @returns false if one of them canceled the event */
  static dispatch(event: Event, target: object, listeners: Listeners): boolean {
    event.#dispatched = true;
    event.#target = target;
    event.#currentTarget = target;
    for (const listener of listeners.current) {
      if (event.#stoppedAtOnce) break;
      if (listener.removed || listener.type !== event.#type) continue;
      if (listener.once) listeners.remove(listener);
      event.#passive = listener.passive;
      callListener(() => callBack(listener.callback, target, event));
      event.#passive = false;
    }
    event.#dispatched = false;
    event.#currentTarget = null;
    event.#stopped = false;
    event.#stoppedAtOnce = false;
    return !event.#canceled;
  }

  static isDispatched(event: Event): boolean {
    return event.#dispatched;
  }
}

const { trusted } = Event;
/** Says whether an event is the platform's own. */
export const trustEvent = Event.trust;
/** Calls the listeners of one target in their order. @returns false if one of them canceled the event */
export const dispatch = Event.dispatch;
/** Is an event being dispatched now? @throws {TypeError} for anything else than an event */
export const isDispatched = Event.isDispatched;

/** An accessor of an object literal gets the name that WebIDL wants: "get isTrusted". */
const trustedAccessor = {
  ...getOwnPropertyDescriptor(
    {
      get isTrusted(): boolean {
        return trusted(this as unknown as Event);
      },
    },
    "isTrusted",
  ),
  configurable: false,
};

function callBack(callback: Callback, target: object, event: Event): void {
  if (typeof callback === "function") {
    callback.call(target, event);
    return;
  }
  const { handleEvent } = callback;
  if (typeof handleEvent !== "function") throw new TypeError("handleEvent of the listener is not a function");
  handleEvent.call(callback, event);
}

/** Defines Event. */
export function installEvent(): void {
  for (const name of ["trusted", "trust", "dispatch", "isDispatched"]) Reflect.deleteProperty(Event, name);
  for (const owner of [Event, Event.prototype]) {
    for (const name of Object.keys(PHASES) as (keyof typeof PHASES)[]) {
      defineProperty(owner, name, { value: PHASES[name], enumerable: true });
    }
  }
  shapeInterface(Event, "Event", { constructor: 1, initEvent: 1 });
  defineGlobal("Event", Event);
}
