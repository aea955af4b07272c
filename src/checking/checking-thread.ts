import { RatchetError } from "../domain/errors.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { CheckRequest } from "./check-request.ts";
import type { PendingCheck } from "./waiting-checks.ts";

/** What a thread reports to its checker. */
export interface CheckingThreadEvents {
  /** The check is over. If the thread has not ended, it can start another one. */
  onFinished(check: PendingCheck): void;
  /** The thread can't be used any more. This is reported before {@link onFinished}. */
  onEnd(): void;
}

/** A thread that runs one check at a time, within its time limit. It ends when it has been idle for a while. */
export class CheckingThread {
  readonly #worker: Worker;
  /** Ends the thread: because its check takes too long, or because it is idle. */
  #timer: Timer | undefined;
  #check: PendingCheck | undefined;
  #ended = false;

  constructor(
    private readonly settings: { clock: Clock; idleMs: number; spawn: () => Worker },
    private readonly events: CheckingThreadEvents,
  ) {
    this.#worker = settings.spawn();
    this.#worker.onmessage = ({ data }: MessageEvent<never | { crash: string }>) => {
      const check = this.#finish();
      if ("crash" in data) check?.reject(new RatchetError("INTERNAL", `A check failed: ${data.crash}`));
      else check?.resolve(data as never);
      if (!this.#ended && this.#check === undefined) this.#endAfter(settings.idleMs, () => undefined);
    };
    const lost = () => this.end(new RatchetError("WORKER_LOST", "The thread that checked a value was lost."));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      lost();
    };
    this.#worker.addEventListener("close", lost);
  }

  get isBusy(): boolean {
    return this.#check !== undefined;
  }

  start(check: PendingCheck): void {
    this.#check = check;
    const { timeMs, tooLong } = check.options;
    this.#endAfter(timeMs, () => {
      const { message, remedy } = tooLong ?? {
        message: "Checking a value against its schema took longer than the time limit allows",
        remedy: "make the value smaller or its schema simpler, or give the task more time",
      };
      return new RatchetError("TIME_LIMIT", message, { data: { limit: timeMs, unit: "ms" }, remedy });
    });
    this.#worker.postMessage(check.request, movedWith(check.request));
  }

  /** Ends the thread. @param error for the caller of its check, if it has one */
  end(error: RatchetError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    this.#worker.terminate();
    this.events.onEnd();
    this.#finish()?.reject(error);
  }

  #endAfter(ms: number, why: () => RatchetError | undefined): void {
    this.#timer?.cancel();
    this.#timer = this.settings.clock.after(ms, () => this.end(why()));
  }

  #finish(): PendingCheck | undefined {
    const check = this.#check;
    this.#timer?.cancel();
    this.#check = undefined;
    if (check !== undefined) this.events.onFinished(check);
    return check;
  }
}

/** What moves to the thread instead of being copied: copying 30 MB takes this thread 150 ms. */
function movedWith(request: CheckRequest): ArrayBuffer[] {
  return request.kind === "body" ? request.pieces.map(({ buffer }) => buffer) : [];
}
