import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import { formatDuration } from "../../lib/duration.ts";
import { memoryAllowance } from "../engine/memory-allowance.ts";
import { engineRequest, outcomeOf } from "../engine/outcome.ts";
import { budgetOn, poolShare } from "./budget.ts";
import { type Carried, MAX_STARTS, passOn } from "./carried.ts";
import { CarriedFetches } from "./carried-fetches.ts";
import { CarriedSockets, type CarriedSocketsOptions } from "./carried-sockets.ts";
import type { LoadedEngine } from "./loaded-engines.ts";
import { passOnLine } from "./pass-on-line.ts";
import { cancelledInLine, failed, failedWith, type PoolJob } from "./pool-job.ts";
import type { FromWorker } from "./protocol.ts";
import { Slots } from "./slots.ts";
import { ThreadLine } from "./thread-line.ts";
import { ThreadWatch } from "./thread-watch.ts";
import type { WaitingRoom } from "./waiting-room.ts";
import { Withdrawn } from "./withdrawn.ts";
import { WorkerLink } from "./worker-link.ts";

/** What a thread reports to its pool. */
export interface ThreadEvents {
  /** Something ended or waits: there may be room. */
  onRoom: () => void;
  /** The Worker is gone. `lost` can be started elsewhere. */
  onDeath: (thread: Thread, lost: PoolJob[]) => void;
}

/** What all threads of a pool share. */
export interface Shared {
  budget: SharedArrayBuffer;
  room: WaitingRoom;
}

/** The pool's side of one Worker. */
export class Thread {
  readonly #link: WorkerLink;
  readonly #slots: Slots;
  readonly #line = new ThreadLine();
  readonly #watch = new ThreadWatch();
  readonly #carried = new Map<number, Carried>();
  #lastId = 0;
  readonly #withdrawn = new Withdrawn();
  /** Something keeps the thread from its line. */
  #hogged = false;
  #dead = false;

  constructor(
    spawn: () => Worker,
    private readonly shared: Shared,
    private readonly events: ThreadEvents,
  ) {
    const { budget } = shared;
    this.#slots = new Slots(budget);
    const linkEvents = {
      onMessages: (messages: FromWorker[]) => this.#receive(messages),
      onFailure: (message: string) => this.#die(new RatchetError("WORKER_LOST", `the Worker failed: ${message}`)),
      onClose: () => {
        this.#die(new RatchetError("WORKER_LOST", "the Worker ended"));
        // It may have drawn memory until now.
        this.#slots.closeAllAccounts();
        events.onRoom();
      },
    };
    const hasWork = () => this.#line.length > 1;
    this.#link = new WorkerLink(spawn(), { shared: this.#slots.shared, budget }, linkEvents, hasWork);
  }

  /** How many executions have or want the thread. Those that wait for something outside do not count. */
  get inLine(): number {
    return this.#line.length;
  }

  /** What it has counted, and whether it computes now. */
  get usage() {
    return this.#slots.usage;
  }

  /** Makes the Worker drop what it keeps for later executions. */
  dropCaches(): void {
    if (!this.#dead) this.#link.post({ type: "drop-caches" });
  }

  get hasRoom(): boolean {
    return this.#line.wantsMore && !this.#hogged && !this.#dead && this.#slots.available;
  }

  /** Sends an execution to the Worker. */
  start(job: PoolJob, engine: LoadedEngine): void {
    const slot = this.#slots.take();
    const id = ++this.#lastId;
    const carried: Carried = Object.assign(job, {
      id,
      slot,
      waits: false,
      fetches: this.#fetchesOf(job, id, slot),
      cancel: () => this.#cancel(id, slot),
    });
    carried.starts += 1;
    job.request.onCarried?.(() => this.#carried.get(id) === carried && this.#slots.isWaiting(slot));
    this.#carried.set(id, carried);
    if (this.#line.length === 0) this.#watch.heard(); // there was nothing to hear until now
    this.#line.enter();
    this.#link.provideEngine(engine);
    const { program, ...rest } = engineRequest(job.request);
    this.#link.post({
      type: "run",
      id,
      slot,
      engine: engine.name,
      program: this.#link.provideProgram(program),
      request: { ...rest, programId: program.id },
    });
    this.#link.remember(program.id);
    job.durable?.forward((event) => this.#link.post({ type: "durable-event", id, event }));
    // It may have been cancelled on a Worker that has died since.
    if (job.request.signal?.aborted === true) this.#cancel(id, slot);
  }

  /**
   * Ends a Worker that is stuck outside the engine: its execution has used up its time and `graceMs` more, or it has work
   * and neither begins it nor sends anything. To be called from time to time.
   */
  endOverdue(graceMs: number): void {
    const now = performance.now();
    this.#watch.look(this.#slots.busy, now);
    const busy = this.#carried.get(this.#watch.busyId);
    if (busy !== undefined) {
      const { timeMs } = busy.request.limits;
      if (!this.#watch.isBusyFor(timeMs + graceMs, now)) return;
      const message = `the execution is over the limit of ${formatDuration(timeMs)}`;
      this.#die(new RatchetError("TIME_LIMIT", message, { data: { limit: timeMs, unit: "ms" } }));
    } else if (this.#line.length + this.#withdrawn.size > 0) {
      // An execution that waited may be computing again: it is not noted as the one that has the thread.
      const limits = [...this.#carried.values()].map(({ request }) => request.limits.timeMs);
      const longest = Math.max(...limits, this.#withdrawn.longestMs);
      if (!this.#watch.isQuietFor(longest + graceMs, now)) return;
      this.#die(new RatchetError("WORKER_LOST", "the Worker no longer responds"));
    }
  }

  /**
   * Takes back the executions in line behind one that keeps the thread for long, so that other threads can run them. To be
   * called every few ms while there is work.
   * @returns the executions that had not begun, in their order
   */
  withdraw(): PoolJob[] {
    if (this.#line.length === 0 || this.#dead) return [];
    const now = performance.now();
    this.#watch.look(this.#slots.busy, now);
    const hogged = this.#watch.isHogged(now);
    if (!hogged && !this.#watch.isSilent(now)) return [];
    const taken: PoolJob[] = [];
    for (const job of this.#carried.values()) {
      if (!this.#takeBack(job)) continue;
      job.starts -= 1;
      job.cancel = undefined;
      job.durable?.leave();
      taken.push(job);
    }
    // The thread will report each one that was taken, or the one that it computes for.
    this.#hogged = hogged || taken.length > 0;
    return taken;
  }

  /** Takes an execution out of the line, and leaves the Worker to skip it. @returns false if it has begun */
  #takeBack(job: Carried): boolean {
    if (!this.#slots.withdraw(job.slot)) return false;
    this.#carried.delete(job.id);
    this.#withdrawn.add(job.id, { slot: job.slot, timeMs: job.request.limits.timeMs });
    this.#line.withdraw();
    return true;
  }

  /** Ends the Worker and cancels everything that it carries. */
  stop(): void {
    this.#dead = true;
    this.#link.close();
    for (const job of this.#carried.values()) this.#finish(job, failed("CANCELLED", "the executor was stopped"));
    this.#carried.clear();
  }

  #fetchesOf(job: PoolJob, id: number, slot: number): CarriedFetches {
    const mostAhead = budgetOn(this.shared.budget).limit / 4;
    const { fetchTotalBytes: totalBytes } = job.request.limits;
    return new CarriedFetches({ ...this.#networkOf(job, id, slot), mostAhead, totalBytes });
  }

  #networkOf({ request }: PoolJob, id: number, slot: number): CarriedSocketsOptions {
    const { budget, room } = this.shared;
    const share = poolShare(budget, this.#slots.account(slot), memoryAllowance(request.limits));
    return { id, send: request.http, share, room, post: (message) => this.#link.post(message) };
  }

  #receive(messages: FromWorker[]): void {
    this.#watch.heard();
    for (const message of messages) {
      if (message.type === "log" || message.type === "progress") {
        passOnLine(message, this.#carried.get(message.id)?.request, this.#link);
      }
      if (message.type === "skipped") this.#skip(message.id);
      const job = this.#carried.get(message.id);
      if (job !== undefined) this.#handle(job, message);
    }
    this.events.onRoom();
  }

  #handle(job: Carried, message: FromWorker): void {
    switch (message.type) {
      case "done":
        this.#carried.delete(job.id);
        this.#hogged = false;
        this.#release(job, message.result.usage.durationMs);
        this.#finish(job, outcomeOf(job.request, message.result));
        break;
      case "waits":
        this.#hogged = false;
        job.durable?.begun();
        this.#release(job, message.busyMs);
        break;
      case "socket":
        job.fetched = true;
        job.sockets ??= new CarriedSockets(this.#networkOf(job, job.id, job.slot));
        job.sockets.act(message.call, message.action);
        break;
      default:
        passOn(job, message);
    }
  }

  #skip(id: number): void {
    const slot = this.#withdrawn.skipped(id);
    if (slot === undefined) return;
    this.#slots.free(slot);
    this.#hogged = false;
  }

  #cancel(id: number, slot: number): void {
    const job = this.#carried.get(id);
    if (job === undefined) return;
    // One that has not begun ends at once: the Worker may compute for something else until its time limit.
    if (this.#takeBack(job)) {
      job.resolve(cancelledInLine());
      return this.events.onRoom();
    }
    this.#slots.cancel(slot);
    this.#link.post({ type: "cancel", id });
  }

  /** The execution no longer has or wants the thread, which it kept for `busyMs`. */
  #release(job: Carried, busyMs: number): void {
    if (job.waits) return;
    job.waits = true;
    this.#line.leave(busyMs);
  }

  #finish(job: Carried, outcome: ExecutionOutcome): void {
    job.fetches.close();
    job.sockets?.close();
    job.durable?.leave();
    job.resolve(outcome);
    this.#slots.closeAccount(job.slot);
    this.#slots.free(job.slot);
  }

  /** The Worker is gone. The execution that had the thread fails, and so do those that had begun; the rest moves. */
  #die(error: RatchetError): void {
    if (this.#dead) return;
    this.#dead = true;
    const { busy } = this.#slots;
    const lost: PoolJob[] = [];
    for (const job of this.#carried.values()) {
      if (job.id === busy) this.#finish(job, failedWith(error));
      else if (job.waits || job.fetched || job.starts >= MAX_STARTS) {
        this.#finish(job, failed("WORKER_LOST", "the Worker that carried the execution was lost"));
      } else {
        job.cancel = undefined;
        job.durable?.leave();
        this.#slots.closeAccount(job.slot);
        lost.push(job);
      }
    }
    this.#carried.clear();
    this.#link.close();
    this.events.onDeath(this, lost);
  }
}
