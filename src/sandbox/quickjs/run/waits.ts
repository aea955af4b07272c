import type { ExecutionPort } from "../../engine/engine-request.ts";
import { cancelledStop, limitStop, type Stop } from "../../engine/stop.ts";
import type { RunThread } from "./run-thread.ts";
import type { TimeAccount } from "./thread-time.ts";

/** How long a cancelled guest may react to its signal, ms. */
const CANCEL_GRACE = 50;

/** What the waits of an execution work with. */
export interface WaitsContext {
  /** When the execution started, by `performance.now()`. */
  started: number;
  /** The execution's time limit. */
  timeMs: number;
  /** How much of that was used before, ms. */
  workedMs: number;
  port: ExecutionPort;
  thread: RunThread;
  /** Called when the execution is cancelled while it waits. */
  onCancelled: () => void;
}

/** When one execution computes and when it waits, and how either ends: by the time limit, a cancellation or another stop. */
export class Waits {
  /** How long the thread has worked for the execution. */
  readonly time: TimeAccount = { ms: 0 };
  /** The execution was cancelled while it waited. */
  cancelled = false;
  /** The run was cancelled: what it has left is for cleaning up. */
  #cleansUp = false;
  /** How long the guest has waited for what does not count, ms. */
  #uncountedMs = 0;
  #stop: Stop | undefined;
  #deadline: number;
  #deadlineTimer: ReturnType<typeof setTimeout> | undefined;
  #forgetCancel: (() => void) | undefined;
  /** Ends the wait of the suspended guest, or the host's wait on its behalf. */
  #interruptWait: ((stop: Stop) => void) | undefined;

  constructor(private readonly context: WaitsContext) {
    this.#deadline = context.started + context.timeMs - context.workedMs;
    this.resumeTime();
  }

  /** The reason why the execution has to end, once there is one. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** The thread works for the execution from now on. */
  resumeTime(): void {
    this.context.thread.time.turnTo(this.time);
  }

  /** The thread no longer works for the execution. */
  pauseTime(): void {
    this.context.thread.time.turnFrom(this.time);
  }

  /** The guest has called its host. @throws {Stop} if the execution has to end */
  enterHost(): void {
    if (this.#stop !== undefined) throw this.#stop;
    this.resumeTime();
  }

  /** Looks, while the guest computes, whether it may go on. @returns true if the guest has to pause */
  checkpoint(): boolean {
    this.enterHost();
    if (performance.now() > this.#deadline) throw this.note(this.#timeStop());
    this.throwIfCancelled();
    return this.context.thread.turns?.over() === true;
  }

  /** @throws {Stop} if the execution was cancelled while it computed */
  throwIfCancelled(): void {
    if (this.context.port.cancelled()) throw this.note(cancelledStop());
  }

  /** Resolves when it is the guest's turn to compute again. */
  pause(): Promise<void> {
    return this.#interruptible(this.context.thread.turns?.pause(this) ?? Promise.resolve());
  }

  /** Waits for something outside: the thread is free until then. */
  outside<T>(promise: Promise<T>): Promise<T> {
    this.#leave();
    return this.#interruptible(promise);
  }

  /** The same for what does not count towards the time limit. */
  async uncounted<T>(promise: Promise<T>): Promise<T> {
    this.#leave();
    clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = undefined;
    const since = performance.now();
    const left = this.#deadline - since;
    this.#deadline = Number.POSITIVE_INFINITY;
    try {
      return await this.#interruptible(promise);
    } finally {
      const now = performance.now();
      this.#uncountedMs += now - since;
      // A cancellation may have given it another time meanwhile.
      if (this.#deadline === Number.POSITIVE_INFINITY) this.#deadline = now + left;
    }
  }

  /** How long the execution has lasted without what does not count, ms. */
  get workedMs(): number {
    return performance.now() - this.context.started - this.#uncountedMs;
  }

  /** How much of its time the execution has left, ms. */
  get leftMs(): number {
    return this.#deadline - performance.now();
  }

  /** The run was cancelled: from now on it has this much time to end. */
  cleanUp(ms: number): void {
    if (this.#cleansUp) return;
    this.#cleansUp = true;
    this.#deadline = performance.now() + ms;
    if (this.#deadlineTimer === undefined) return;
    clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = setTimeout(() => this.end(this.#timeStop()), ms + 1);
  }

  /** Notes why the execution has to end. @returns the reason that was noted first */
  note(stop: Stop): Stop {
    this.#stop ??= stop;
    return this.#stop;
  }

  /** Ends the execution, even if it waits. */
  end(stop: Stop): void {
    this.note(stop);
    this.#interruptWait?.(stop);
  }

  /** The execution has ended. */
  close(): void {
    clearTimeout(this.#deadlineTimer);
    this.context.thread.turns?.leave(this);
    this.#forgetCancel?.();
  }

  /** Waits for the promise, or for the end of the execution. */
  #interruptible<T>(promise: Promise<T>): Promise<T> {
    if (this.#stop !== undefined) return Promise.reject(this.#stop);
    this.#watch();
    const resuming =
      <V>(pass: (value: V) => void) =>
      (value: V) => {
        this.#interruptWait = undefined;
        this.resumeTime();
        this.context.port.resumes();
        pass(value);
      };
    return new Promise<T>((resolve, reject) => {
      this.#interruptWait = reject;
      promise.then(resuming(resolve), resuming(reject));
    });
  }

  /** Before a wait: lets the deadline and a cancellation end it. An execution that never waits needs neither. */
  #watch(): void {
    if (this.#deadlineTimer === undefined && this.#deadline < Number.POSITIVE_INFINITY) {
      const left = Math.max(this.#deadline - performance.now(), 0);
      this.#deadlineTimer = setTimeout(() => this.end(this.#timeStop()), left + 1);
    }
    if (this.#forgetCancel !== undefined) return;
    this.#forgetCancel = this.context.port.onCancel(() => this.#cancel());
    if (this.context.port.cancelled()) this.#cancel();
  }

  #leave(): void {
    const { thread, port } = this.context;
    thread.turns?.leave(this);
    this.pauseTime();
    if (this.#stop === undefined) port.waits();
  }

  /** Cancelled while waiting. The guest's signal says so, and it has a moment to react; a suspended guest ends. */
  #cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#deadline = Math.min(this.#deadline, performance.now() + CANCEL_GRACE);
    this.context.onCancelled();
    setTimeout(() => this.end(cancelledStop()), 1);
  }

  #timeStop(): Stop {
    if (this.cancelled || this.#cleansUp) return cancelledStop();
    return limitStop({ code: "TIME_LIMIT", what: "the execution", limit: this.context.timeMs, unit: "ms" });
  }
}
