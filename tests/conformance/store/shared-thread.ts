/** A `Worker`, as far as the store uses one. */
class SharedThread extends EventTarget {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly #to: number;
  readonly #host: Worker;
  readonly #left: () => void;

  constructor(host: Worker, to: number, left: () => void) {
    super();
    this.#host = host;
    this.#to = to;
    this.#left = left;
  }

  postMessage(message: unknown): void {
    this.#host.postMessage({ to: this.#to, message });
  }

  terminate(): void {
    this.#host.postMessage({ to: this.#to, message: undefined });
    this.#left();
    queueMicrotask(() => this.dispatchEvent(new Event("close")));
  }

  // The test waits for the thread, so the process is kept alive by that.
  ref(): void {}
  unref(): void {}
}

/**
 * Returns a function that starts store threads which all run in one real thread, because to start a thread takes longer
 * than most tests of the suite. Messages are copied and connections are separate, as with threads of their own, whose
 * start, loss and end `tests/store/store-thread.test.ts` tests.
 */
export function sharedThreads(): () => Worker {
  let host: Worker | undefined;
  let last = 0;
  const threads = new Map<number, SharedThread>();
  const start = (): Worker => {
    const worker = new Worker(new URL("./shared-thread-worker.ts", import.meta.url).href);
    worker.onmessage = ({ data: { to, message } }) => {
      threads.get(to)?.onmessage?.(new MessageEvent("message", { data: message }));
    };
    worker.onerror = (event) => {
      for (const thread of threads.values()) thread.onerror?.(event);
    };
    return worker;
  };
  return () => {
    host ??= start();
    last += 1;
    const to = last;
    const thread = new SharedThread(host, to, () => threads.delete(to));
    threads.set(to, thread);
    return thread as unknown as Worker;
  };
}
