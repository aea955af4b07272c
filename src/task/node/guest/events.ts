import Base from "events/";

type Listener = (...values: unknown[]) => void;
/** The parts of an emitter that are used here. */
interface Emitter {
  on(name: string | symbol, listener: Listener): unknown;
  off(name: string | symbol, listener: Listener): unknown;
  emit(name: string | symbol, ...values: unknown[]): boolean;
  listeners(name: string | symbol): Listener[];
  listenerCount(name: string | symbol): number;
  getMaxListeners(): number;
  setMaxListeners(count: number): unknown;
}
type Target = Emitter | EventTarget;

const errorMonitor = Symbol("events.errorMonitor");
const captureRejectionSymbol = Symbol.for("nodejs.rejection");

function isEmitter(target: Target): target is Emitter {
  return typeof (target as Emitter).on === "function";
}

/** `once` of Node.js, with `signal`. */
function once(target: Target, name: string | symbol, options: { signal?: AbortSignal } = {}): Promise<unknown[]> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const stop = listen(target, name, (...values) => settle(() => resolve(values)));
    const stopErrors =
      isEmitter(target) && name !== "error"
        ? listen(target, "error", (error) => settle(() => reject(error)))
        : () => {};
    const abort = () => settle(() => reject(abortError(signal)));
    signal?.addEventListener("abort", abort);
    function settle(then: () => void): void {
      stop();
      stopErrors();
      signal?.removeEventListener("abort", abort);
      then();
    }
  });
}

/** `on` of Node.js: an asynchronous iterator over the arguments of each event. */
function on(
  target: Target,
  name: string | symbol,
  options: { signal?: AbortSignal; close?: string[] } = {},
): AsyncIterableIterator<unknown[]> & AsyncDisposable {
  const { signal } = options;
  const ready: unknown[][] = [];
  const waiting: { resolve: (result: IteratorResult<unknown[]>) => void; reject: (error: unknown) => void }[] = [];
  let failure: { error: unknown } | undefined;
  let ended = false;
  const stops = [
    listen(target, name, (...values) => {
      const next = waiting.shift();
      if (next === undefined) ready.push(values);
      else next.resolve({ value: values, done: false });
    }),
    ...(isEmitter(target) && name !== "error" ? [listen(target, "error", fail)] : []),
    ...(options.close ?? []).map((close) => listen(target, close, () => void end())),
  ];
  signal?.addEventListener("abort", () => fail(abortError(signal)));
  if (signal?.aborted) fail(abortError(signal));

  function fail(error: unknown): void {
    const next = waiting.shift();
    if (next === undefined) failure = { error };
    else next.reject(error);
    void end();
  }
  async function end(): Promise<IteratorResult<unknown[]>> {
    ended = true;
    for (const stop of stops) stop();
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
    return { value: undefined, done: true };
  }
  return {
    async next() {
      const value = ready.shift();
      if (value !== undefined) return { value, done: false };
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        throw error;
      }
      if (ended) return { value: undefined, done: true };
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return: end,
    async throw(error) {
      fail(error);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

/** Adds a listener. @returns removes it */
function listen(target: Target, name: string | symbol, listener: Listener): () => void {
  if (isEmitter(target)) {
    target.on(name, listener);
    return () => target.off(name, listener);
  }
  target.addEventListener(String(name), listener);
  return () => target.removeEventListener(String(name), listener);
}

function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error("The operation was aborted", { cause: signal?.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

function addAbortListener(signal: AbortSignal, listener: (event: Event) => void): Disposable {
  if (signal.aborted) void Promise.resolve().then(() => listener(new Event("abort")));
  else signal.addEventListener("abort", listener, { once: true });
  const dispose = () => signal.removeEventListener("abort", listener);
  return { [Symbol.dispose ?? Symbol.for("nodejs.dispose")]: dispose } as Disposable;
}

function setMaxListeners(count = EventEmitter.defaultMaxListeners, ...targets: Target[]): void {
  if (targets.length === 0) EventEmitter.defaultMaxListeners = count;
  for (const target of targets) if (isEmitter(target)) target.setMaxListeners(count);
}

const emit: (this: Emitter, name: string | symbol, ...values: unknown[]) => boolean = Base.prototype.emit;

const EventEmitter = Object.assign(Base as typeof Base & { defaultMaxListeners: number }, {
  EventEmitter: Base,
  once,
  on,
  errorMonitor,
  captureRejectionSymbol,
  captureRejections: false,
  setMaxListeners,
  addAbortListener,
  usingDomains: false,
  getEventListeners: (target: Target, name: string | symbol) => (isEmitter(target) ? target.listeners(name) : []),
  getMaxListeners: (target: Target) => (isEmitter(target) ? target.getMaxListeners() : 0),
  listenerCount: (target: Emitter, name: string | symbol) => target.listenerCount(name),
});

Base.prototype.emit = function (this: Emitter, name: string | symbol, ...values: unknown[]): boolean {
  if (name === "error" && this.listenerCount(errorMonitor) > 0) emit.call(this, errorMonitor, ...values);
  return emit.call(this, name, ...values);
};

export default EventEmitter;
