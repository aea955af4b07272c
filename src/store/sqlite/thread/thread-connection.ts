import { RatchetError } from "../../../domain/errors.ts";
import type { Clock, Timer } from "../../../lib/clock.ts";
import { unpackFailure } from "./packed-failure.ts";
import type { ThreadMessage, ThreadResponse, ThreadSettings } from "./thread-protocol.ts";

/** A request whose response is awaited. */
interface Waiting {
  resolve: (response: ThreadResponse) => void;
  reject: (error: unknown) => void;
}

/** What a {@link ThreadConnection} needs. */
export interface ThreadConnectionOptions {
  worker: Worker;
  settings: ThreadSettings;
  clock: Clock;
  /** The thread ends when it is idle for this long, ms. */
  idleMs: number;
}

/**
 * One life of the store thread, from its start to its end. It keeps the process alive only while a request is in
 * progress.
 */
export class ThreadConnection {
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #options: ThreadConnectionOptions;
  /** In the order of their requests, which is that of the responses. */
  readonly #waiting: Waiting[] = [];
  readonly #resolveEnded: () => void;
  #closing: Promise<void> | undefined;
  #isLost = false;
  #idle: Timer | undefined;

  constructor(options: ThreadConnectionOptions) {
    this.#options = options;
    this.#worker = options.worker;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.#worker.onmessage = ({ data }: MessageEvent<ThreadResponse>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#worker.terminate();
    };
    // Only now does the thread hold no lock of the database any more.
    this.#worker.addEventListener("close", () => this.#lose());
    this.#worker.unref();
    this.post({ kind: "open", settings: options.settings });
  }

  /** Whether it takes requests. */
  get isUsable(): boolean {
    return this.#closing === undefined && !this.#isLost;
  }

  /** Posts a message that gets no response. A request has to follow, since the thread is no longer idle. */
  post(message: ThreadMessage): void {
    this.#idle?.cancel();
    this.#worker.postMessage(message);
  }

  /** Posts a request. @throws {RatchetError} what the request throws; ENVIRONMENT if the thread is lost */
  request(message: ThreadMessage): Promise<ThreadResponse> {
    if (this.#isLost) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.post(message);
    });
  }

  /** Ends the thread after the requests in progress. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The thread closes its connection first, so that nobody has to wait until it has ended.
    await this.request({ kind: "close" }).catch(() => undefined);
    this.#worker.terminate();
  }

  #receive(response: ThreadResponse): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#rest();
    if (response.kind === "failed") waiting?.reject(unpackFailure(response.failure));
    else waiting?.resolve(response);
  }

  #rest(): void {
    this.#worker.unref();
    if (this.#closing !== undefined) return;
    this.#idle = this.#options.clock.after(this.#options.idleMs, () => void this.close());
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#idle?.cancel();
    for (const { reject } of this.#waiting.splice(0)) reject(lost());
    this.#resolveEnded();
  }
}

function lost(): RatchetError {
  return new RatchetError("ENVIRONMENT", "The thread that writes and reads large values of the database was lost.", {
    remedy: "Try again, and give the server more memory if it happens again.",
  });
}
