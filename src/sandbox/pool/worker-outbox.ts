import { type FromWorker, packBatch } from "./protocol.ts";

/** How many messages are gathered before they are posted, unless the thread runs out of work before that. */
const BATCH = 16;

/** The messages of a Worker to its pool, posted in batches. */
export class WorkerOutbox {
  #messages: FromWorker[] = [];

  /** @param isBusy whether the thread starts executions now, and will flush once it is done */
  constructor(
    private readonly scope: Worker,
    private readonly isBusy: () => boolean,
  ) {}

  post(message: FromWorker): void {
    this.#messages.push(message);
    if (this.#messages.length >= BATCH) this.flush();
    else if (this.#messages.length === 1 && !this.isBusy()) setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#messages.length === 0) return;
    const batch = this.#messages;
    this.#messages = [];
    const { data, move } = packBatch(batch);
    this.scope.postMessage(data, move);
  }
}
