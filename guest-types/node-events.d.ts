declare module "node:events" {
  type Name = string | symbol;
  type Listener = (...values: any[]) => void;

  /** Calls listeners when something happens. */
  class EventEmitter {
    constructor(options?: { captureRejections?: boolean });
    on(name: Name, listener: Listener): this;
    addListener(name: Name, listener: Listener): this;
    once(name: Name, listener: Listener): this;
    prependListener(name: Name, listener: Listener): this;
    prependOnceListener(name: Name, listener: Listener): this;
    off(name: Name, listener: Listener): this;
    removeListener(name: Name, listener: Listener): this;
    removeAllListeners(name?: Name): this;
    /** Calls the listeners. An "error" without a listener is thrown. @returns true if there were any */
    emit(name: Name, ...values: any[]): boolean;
    listeners(name: Name): Function[];
    rawListeners(name: Name): Function[];
    listenerCount(name: Name): number;
    eventNames(): Name[];
    setMaxListeners(count: number): this;
    getMaxListeners(): number;
  }
  namespace EventEmitter {
    export { EventEmitter };
    /** Waits for an event. @returns its values */
    export function once(
      target: EventEmitter | EventTarget,
      name: Name,
      options?: { signal?: AbortSignal },
    ): Promise<any[]>;
    /** Yields the values of each event. */
    export function on(
      target: EventEmitter | EventTarget,
      name: Name,
      options?: { signal?: AbortSignal; close?: Name[] },
    ): AsyncIterableIterator<any[]>;
    export function listenerCount(target: EventEmitter, name: Name): number;
    export function getEventListeners(target: EventEmitter | EventTarget, name: Name): Function[];
    export function setMaxListeners(count?: number, ...targets: (EventEmitter | EventTarget)[]): void;
    export function getMaxListeners(target: EventEmitter | EventTarget): number;
    export function addAbortListener(signal: AbortSignal, listener: (event: Event) => void): Disposable;
    export function init(this: EventEmitter): void;
    export const errorMonitor: unique symbol;
    export const captureRejectionSymbol: unique symbol;
    export let captureRejections: boolean;
    export let defaultMaxListeners: number;
    export const usingDomains: boolean;
  }
  export = EventEmitter;
}
declare module "node:diagnostics_channel" {
  const all: typeof import("node:diagnostics_channel");
  export default all;
  type OnMessage = (message: unknown, name: string | symbol) => void;
  export class Channel {
    constructor(name: string | symbol);
    readonly name: string | symbol;
    readonly hasSubscribers: boolean;
    subscribe(onMessage: OnMessage): void;
    unsubscribe(onMessage: OnMessage): boolean;
    publish(message: unknown): void;
    runStores(message: unknown, run: (...values: any[]) => any, self?: any, ...values: any[]): any;
  }
  export function channel(name: string | symbol): Channel;
  export function hasSubscribers(name: string | symbol): boolean;
  export function subscribe(name: string | symbol, onMessage: OnMessage): void;
  export function unsubscribe(name: string | symbol, onMessage: OnMessage): boolean;
  export function tracingChannel(name: any): any;
}
declare module "node:async_hooks" {
  const all: typeof import("node:async_hooks");
  export default all;
  /** Keeps a value until the function that `run` calls returns, and not beyond an `await`. */
  export class AsyncLocalStorage<T> {
    static bind<F extends (...values: any[]) => any>(run: F): F;
    static snapshot(): <R>(run: (...values: any[]) => R, ...values: any[]) => R;
    getStore(): T | undefined;
    run<R, Values extends any[]>(store: T, run: (...values: Values) => R, ...values: Values): R;
    exit<R, Values extends any[]>(run: (...values: Values) => R, ...values: Values): R;
    enterWith(store: T): void;
    disable(): void;
  }
  export class AsyncResource {
    static bind<F extends (...values: any[]) => any>(run: F): F;
    constructor(type: string, options?: any);
    readonly type: string;
    bind<F extends (...values: any[]) => any>(run: F): F;
    runInAsyncScope<R>(run: (...values: any[]) => R, self?: any, ...values: any[]): R;
    emitDestroy(): this;
    asyncId(): number;
    triggerAsyncId(): number;
  }
  /** It hears nothing. */
  export function createHook(callbacks: object): { enable(): void; disable(): void };
  export function executionAsyncId(): number;
  export function triggerAsyncId(): number;
  export function executionAsyncResource(): object;
  export const asyncWrapProviders: Readonly<Record<string, number>>;
}
