declare namespace Ratchet {
  /** A function, or an object whose `handleEvent` is called. */
  type Listener = ((event: Event) => void) | { handleEvent(object: Event): void };
  /** What a message came from. */
  interface MessageOrigin {
    /** Always null in a task. */
    readonly source: any;
  }
}

interface EventInit {
  /** Default: false. */
  bubbles?: boolean;
  /** Default: false. */
  cancelable?: boolean;
  /** Default: false. */
  composed?: boolean;
}

/** Something that happened to an {@link EventTarget}. There is no tree, so events do not bubble. */
interface Event {
  readonly type: string;
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
  /** @deprecated Use `target`. */
  readonly srcElement: EventTarget | null;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  /** Was `preventDefault` called? */
  readonly defaultPrevented: boolean;
  readonly eventPhase: number;
  /** Was the event dispatched by the platform? */
  readonly isTrusted: boolean;
  /** When the event was created, in ms since `performance.timeOrigin`. */
  readonly timeStamp: number;
  /** @deprecated Use `stopPropagation()`. */
  cancelBubble: boolean;
  /** @deprecated Use `preventDefault()` and `defaultPrevented`. */
  returnValue: boolean;
  composedPath(): EventTarget[];
  /** Says that the default action is not wanted. It has an effect if the event is cancelable. */
  preventDefault(): void;
  stopPropagation(): void;
  /** Calls no further listeners. */
  stopImmediatePropagation(): void;
  /** @deprecated Use the constructor. */
  initEvent(type: string, bubbles?: boolean, cancelable?: boolean): void;
  readonly NONE: 0;
  readonly CAPTURING_PHASE: 1;
  readonly AT_TARGET: 2;
  readonly BUBBLING_PHASE: 3;
}
declare var Event: {
  prototype: Event;
  new (type: string, eventInitDict?: EventInit): Event;
  readonly NONE: 0;
  readonly CAPTURING_PHASE: 1;
  readonly AT_TARGET: 2;
  readonly BUBBLING_PHASE: 3;
};

interface EventListenerOptions {
  capture?: boolean;
}
interface AddEventListenerOptions extends EventListenerOptions {
  /** Removes the listener after its first call. Default: false. */
  once?: boolean;
  /** Ignores `preventDefault`. Default: false. */
  passive?: boolean;
  /** Removes the listener when it is aborted. */
  signal?: AbortSignal;
}

/** Something that events happen to. */
interface EventTarget {
  addEventListener(type: string, callback: Ratchet.Listener | null, options?: AddEventListenerOptions | boolean): void;
  removeEventListener(type: string, callback: Ratchet.Listener | null, options?: EventListenerOptions | boolean): void;
  /** @returns false if a listener called `preventDefault` */
  dispatchEvent(event: Event): boolean;
}
declare var EventTarget: {
  prototype: EventTarget;
  new (): EventTarget;
};

interface CustomEventInit<T = any> extends EventInit {
  detail?: T;
}
/** An event with a value of the task's own. */
interface CustomEvent<T = any> extends Event {
  readonly detail: T;
  /** @deprecated Use the constructor. */
  initCustomEvent(type: string, bubbles?: boolean, cancelable?: boolean, detail?: T): void;
}
declare var CustomEvent: {
  prototype: CustomEvent;
  new <T>(type: string, eventInitDict?: CustomEventInit<T>): CustomEvent<T>;
};

interface ErrorEventInit extends EventInit {
  message?: string;
  filename?: string;
  lineno?: number;
  colno?: number;
  error?: any;
}
/** An error as an event. */
interface ErrorEvent extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: any;
}
declare var ErrorEvent: {
  prototype: ErrorEvent;
  new (type: string, eventInitDict?: ErrorEventInit): ErrorEvent;
};

interface PromiseRejectionEventInit extends EventInit {
  promise: Promise<any>;
  reason?: any;
}
/** A rejected promise as an event. The platform dispatches none: a promise that nothing catches fails the task. */
interface PromiseRejectionEvent extends Event {
  readonly promise: Promise<any>;
  readonly reason: any;
}
declare var PromiseRejectionEvent: {
  prototype: PromiseRejectionEvent;
  new (type: string, eventInitDict: PromiseRejectionEventInit): PromiseRejectionEvent;
};

interface MessageEventInit<T = any> extends EventInit {
  data?: T;
  origin?: string;
  lastEventId?: string;
  ports?: MessagePort[];
}
/** A message that arrived. */
interface MessageEvent<T = any> extends Event, Ratchet.MessageOrigin {
  readonly data: T;
  readonly origin: string;
  readonly lastEventId: string;
  readonly ports: ReadonlyArray<MessagePort>;
}

declare var MessageEvent: {
  prototype: MessageEvent;
  new <T>(type: string, eventInitDict?: MessageEventInit<T>): MessageEvent<T>;
};

interface CloseEventInit extends EventInit {
  wasClean?: boolean;
  code?: number;
  reason?: string;
}
/** The end of a connection. */
interface CloseEvent extends Event {
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;
}
declare var CloseEvent: {
  prototype: CloseEvent;
  new (type: string, eventInitDict?: CloseEventInit): CloseEvent;
};

interface AbortSignalEventMap {
  abort: Event;
}
/** Says whether something was cancelled, such as a call. Created by an {@link AbortController}. */
interface AbortSignal extends EventTarget {
  readonly aborted: boolean;
  /** Why it was aborted: a DOMException named AbortError or TimeoutError, or what `abort` was given. */
  readonly reason: any;
  onabort: ((this: AbortSignal, ev: Event) => any) | null;
  /** @throws {any} the reason, if the signal is aborted */
  throwIfAborted(): void;
  addEventListener<K extends keyof AbortSignalEventMap>(
    type: K,
    listener: (this: AbortSignal, ev: AbortSignalEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: Ratchet.Listener, options?: boolean | AddEventListenerOptions): void;
}
declare var AbortSignal: {
  prototype: AbortSignal;
  new (): AbortSignal;
  /** A signal that is aborted already. */
  abort(reason?: any): AbortSignal;
  /** A signal that is aborted after some ms. */
  timeout(milliseconds: number): AbortSignal;
  /** A signal that is aborted with the first of several. */
  any(signals: AbortSignal[]): AbortSignal;
};

/** Cancels what its signal was given to. */
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: any): void;
}
declare var AbortController: {
  prototype: AbortController;
  new (): AbortController;
};

interface MessagePortEventMap {
  message: MessageEvent;
  messageerror: MessageEvent;
}
/** One end of a {@link MessageChannel}. Messages are copied as by `structuredClone`; ports and ArrayBuffers can be transferred. */
interface MessagePort extends EventTarget {
  onmessage: ((this: MessagePort, ev: MessageEvent) => any) | null;
  onmessageerror: ((this: MessagePort, ev: MessageEvent) => any) | null;
  /** Called when the other port was closed. */
  onclose: ((this: MessagePort, ev: Event) => any) | null;
  postMessage(message: any, options?: { transfer?: any[] } | any[]): void;
  /** Delivers what has arrived. Setting `onmessage` does the same. */
  start(): void;
  close(): void;
  addEventListener<K extends keyof MessagePortEventMap>(
    type: K,
    listener: (this: MessagePort, ev: MessagePortEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: Ratchet.Listener, options?: boolean | AddEventListenerOptions): void;
}
declare var MessagePort: {
  prototype: MessagePort;
  new (): MessagePort;
};

/** Two ports: what is posted to one arrives at the other. Both are in the same task. */
interface MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}
declare var MessageChannel: {
  prototype: MessageChannel;
  new (): MessageChannel;
};

interface EventSourceInit {
  /** Has no effect: a task has no cookies of its own. */
  withCredentials?: boolean;
}
interface EventSourceEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
}
/**
 * Receives server-sent events, and connects again when the connection ends. Each connection counts as a call of `fetch`, with
 * the same permissions and limits. The execution ends without waiting for it.
 */
interface EventSource extends EventTarget {
  readonly url: string;
  readonly withCredentials: boolean;
  /** 0 while it connects, 1 while it is open, 2 once it is closed. */
  readonly readyState: number;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  onopen: ((this: EventSource, ev: Event) => any) | null;
  onmessage: ((this: EventSource, ev: MessageEvent) => any) | null;
  onerror: ((this: EventSource, ev: Event) => any) | null;
  close(): void;
  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource, ev: MessageEvent) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: Ratchet.Listener, options?: boolean | AddEventListenerOptions): void;
}
declare var EventSource: {
  prototype: EventSource;
  new (url: string | URL, eventSourceInitDict?: EventSourceInit): EventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
};
