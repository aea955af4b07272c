import { RatchetError } from "../../domain/errors.ts";
import { type ExecutionOutcome, NO_USAGE } from "../../domain/execution.ts";
import { flattenProgram } from "../../domain/flat-program.ts";
import { formatDuration } from "../../lib/duration.ts";
import { engineRequest, outcomeOf, reportProgress } from "../engine/engine-outcome.ts";
import type { SandboxRequest } from "../executor.ts";
import type { EngineAssets } from "../quickjs/assets.ts";
import { memoryAllowance } from "../quickjs/host/host-memory.ts";
import { budgetOn, closeAccount, openAccount, poolShare } from "./budget.ts";
import { CarriedFetches } from "./carried-fetches.ts";
import {
  accountPlace,
  BUSY,
  creditFor,
  type FromWorker,
  LARGE_PROGRAM,
  type LargeProgram,
  newSharedState,
  packBatch,
  SLOTS,
  STATE,
  type ToWorker,
  unpackBatch,
  type WorkerSetup,
} from "./protocol.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** An execution given to the pool. */
export interface PoolJob {
  request: SandboxRequest;
  resolve: (outcome: ExecutionOutcome) => void;
  /** Starts so far: one that only waited in line when its Worker died is started again. */
  starts: number;
  fetched: boolean;
  /** Cancels it on the thread that carries it. */
  cancel?: (() => void) | undefined;
}

/** What a thread tells the pool. */
export interface ThreadEvents {
  /** Something ended or waits: there may be room. */
  onRoom: () => void;
  /** The Worker is gone. `lost` can be started elsewhere. */
  onDeath: (thread: Thread, lost: PoolJob[]) => void;
}

interface Carried extends PoolJob {
  id: number;
  slot: number;
  waits: boolean;
  fetches: CarriedFetches;
}

/** What all threads of a pool share. */
export interface Shared {
  assets: EngineAssets;
  budget: SharedArrayBuffer;
  room: WaitingRoom;
}

/** Work kept in line for a thread, ms: enough that it never starves, little enough that none waits behind a slow one. */
const LINE_MS = 8;
const MAX_LINE = 128;
/** Programs a Worker remembers. */
const MAX_PROGRAMS = 1_000;
const MAX_STARTS = 2;
/** An execution that has kept the thread for so long keeps what is behind it from others that could run it, ms. */
const HOG_MS = 20;
/** The same for a thread that says nothing: it may be starting, or compute for one that had waited. */
const SILENT_MS = 250;

/** The pool's side of one Worker. */
export class Thread {
  readonly #worker: Worker;
  readonly #state: Int32Array;
  readonly #carried = new Map<number, Carried>();
  readonly #freeSlots: number[] = [];
  /** Slots from here on were never used. */
  #firstUnused = 0;
  readonly #programs = new Set<string>();
  #outbox: ToWorker[] = [];
  #lastId = 0;
  /** What was withdrawn and not skipped yet, by id. */
  readonly #withdrawn = new Map<number, { slot: number; timeMs: number }>();
  #inLine = 0;
  /** Something keeps the thread from its line. */
  #hogged = false;
  #filling = true;
  /** Moving average of the time one execution keeps the thread, ms. */
  #typicalMs = LINE_MS;
  #dead = false;
  /** When the Worker last said something, or was given something to do. */
  #heardAt = performance.now();
  /** The execution that had the thread when this was last looked at, and since when it has. */
  #busy = { id: 0, since: 0 };

  constructor(
    spawn: () => Worker,
    private readonly shared: Shared,
    private readonly events: ThreadEvents,
  ) {
    const state = newSharedState();
    this.#state = new Int32Array(state);
    this.#worker = spawn();
    this.#worker.onmessage = (event: MessageEvent<FromWorker[] | string>) => this.#receive(unpackBatch(event.data));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(new RatchetError("WORKER_LOST", `the Worker failed: ${event.message}`));
    };
    this.#worker.addEventListener("close", () => {
      this.#die(new RatchetError("WORKER_LOST", "the Worker ended"));
      // It may have gone on drawing until now.
      for (let slot = 0; slot < this.#firstUnused; slot++) this.#closeAccount(slot);
      this.events.onRoom();
    });
    const { assets, budget } = shared;
    this.#worker.postMessage({ assets, shared: state, budget } satisfies WorkerSetup);
  }

  /** Executions that have or want the thread (not those that wait for something outside). */
  get inLine(): number {
    return this.#inLine;
  }

  get carried(): number {
    return this.#carried.size;
  }

  /** A line that is half gone is filled up again: messages then travel in batches, which costs a fraction. */
  get hasRoom(): boolean {
    const line = Math.min(Math.max(Math.floor(LINE_MS / this.#typicalMs), 2), MAX_LINE);
    if (this.#inLine * 2 <= line) this.#filling = true;
    else if (this.#inLine >= line) this.#filling = false;
    return this.#filling && !this.#hogged && !this.#dead && this.#hasSlot;
  }

  get #hasSlot(): boolean {
    return this.#freeSlots.length > 0 || this.#firstUnused < SLOTS;
  }

  /** Sends an execution. */
  start(job: PoolJob): void {
    const slot = this.#freeSlots.pop() ?? this.#firstUnused++;
    const id = ++this.#lastId;
    Atomics.store(this.#state, slot, STATE.inLine);
    const { budget, room } = this.shared;
    const place = accountPlace(this.#state, slot);
    openAccount(budget, place);
    const carried: Carried = Object.assign(job, {
      id,
      slot,
      waits: false,
      fetches: new CarriedFetches({
        id,
        send: job.request.http,
        share: poolShare(budget, place, memoryAllowance(job.request.limits)),
        room,
        mostAhead: budgetOn(budget).limit / 4,
        totalBytes: job.request.limits.fetchTotalBytes,
        post: (message) => this.#post(message),
      }),
      cancel: () => this.#cancel(id, slot),
    });
    carried.starts += 1;
    job.request.onCarried?.(
      () => this.#carried.get(id) === carried && Atomics.load(this.#state, slot) === STATE.waiting,
    );
    this.#carried.set(id, carried);
    if (this.#inLine === 0) this.#heardAt = performance.now(); // nothing was to be heard until now
    this.#inLine += 1;
    const { program, ...rest } = engineRequest(job.request);
    const isNew = !this.#programs.has(program.id);
    const isLarge = program.code.length + (program.places?.mappings?.length ?? 0) > LARGE_PROGRAM;
    if (isNew && isLarge) this.#postAlone(flattenProgram(program));
    this.#post({
      type: "run",
      id,
      slot,
      request: { ...rest, programId: program.id },
      program: isNew && !isLarge ? program : undefined,
    });
    this.#remember(program.id);
    // One that was cancelled on a Worker that died since.
    if (job.request.signal?.aborted === true) this.#cancel(id, slot);
  }

  /**
   * Ends a Worker that is stuck outside the engine: one whose execution has used up its time and then some, or that has
   * work and neither begins it nor says anything. To be called from time to time.
   */
  endOverdue(graceMs: number): void {
    const now = performance.now();
    this.#look(now);
    const busy = this.#carried.get(this.#busy.id);
    if (busy !== undefined) {
      const { timeMs } = busy.request.limits;
      if (now - this.#busy.since < timeMs + graceMs) return;
      const message = `the execution is over the limit of ${formatDuration(timeMs)}`;
      this.#die(new RatchetError("TIME_LIMIT", message, { data: { limit: timeMs, unit: "ms" } }));
    } else if (this.#inLine + this.#withdrawn.size > 0) {
      // One that waited may be computing again: it is not the one that is noted as having the thread.
      const limits = [...this.#carried.values()].map(({ request }) => request.limits.timeMs);
      const longest = Math.max(...limits, ...[...this.#withdrawn.values()].map(({ timeMs }) => timeMs));
      if (now - Math.max(this.#heardAt, this.#busy.since) < longest + graceMs) return;
      this.#die(new RatchetError("WORKER_LOST", "the Worker no longer answers"));
    }
  }

  /**
   * Takes back what is in line behind an execution that keeps the thread for long, so that others can run it. To be called
   * every few ms while there is work.
   * @returns what had not begun, in its order
   */
  withdraw(): PoolJob[] {
    if (this.#inLine === 0 || this.#dead) return [];
    const now = performance.now();
    this.#look(now);
    const hogged = this.#busy.id !== 0 && now - this.#busy.since >= HOG_MS;
    if (!hogged && now - Math.max(this.#heardAt, this.#busy.since) < SILENT_MS) return [];
    const taken: PoolJob[] = [];
    for (const job of this.#carried.values()) {
      if (Atomics.compareExchange(this.#state, job.slot, STATE.inLine, STATE.withdrawn) !== STATE.inLine) continue;
      this.#carried.delete(job.id);
      this.#withdrawn.set(job.id, { slot: job.slot, timeMs: job.request.limits.timeMs });
      this.#inLine -= 1;
      this.#closeAccount(job.slot);
      job.starts -= 1;
      job.cancel = undefined;
      taken.push(job);
    }
    // The thread answers for what was taken, or has one that it will say something of.
    this.#hogged = hogged || taken.length > 0;
    return taken;
  }

  /** Notes which execution has the thread, and since when. */
  #look(now: number): void {
    const id = Atomics.load(this.#state, BUSY);
    if (id !== this.#busy.id) this.#busy = { id, since: now };
  }

  /** Ends the Worker; what it carries is cancelled. */
  stop(): void {
    this.#dead = true;
    this.#worker.terminate();
    for (const job of this.#carried.values()) this.#finish(job, failed("CANCELLED", "the executor was stopped"));
    this.#carried.clear();
  }

  #receive(messages: FromWorker[]): void {
    this.#heardAt = performance.now();
    for (const message of messages) {
      this.#giveCredit(message);
      if (message.type === "skipped") this.#skip(message.id);
      const job = this.#carried.get(message.id);
      if (job === undefined) continue;
      switch (message.type) {
        case "done":
          this.#carried.delete(job.id);
          this.#hogged = false;
          this.#release(job, message.result.usage.durationMs);
          this.#finish(job, outcomeOf(job.request, message.result));
          break;
        case "waits":
          this.#hogged = false;
          this.#release(job, message.busyMs);
          break;
        case "progress":
          reportProgress(job.request, message.json);
          break;
        case "fetch":
          job.fetched = true;
          void job.fetches.start(message.call, message.request);
          break;
        case "abort":
          job.fetches.abort(message.call);
          break;
      }
    }
    this.events.onRoom();
  }

  /** Takes a line of a console. Its credit is given back once whoever gets the line is ready for more. */
  #giveCredit(message: FromWorker): void {
    if (message.type !== "log" && message.type !== "progress") return;
    const { onLog } = this.#carried.get(message.id)?.request ?? {};
    const size = creditFor(message.type === "log" ? message.entry.message : message.json);
    const pending = message.type === "log" ? onLog?.(message.entry) : undefined;
    const give = () => this.#post({ type: "credit", size });
    if (pending instanceof Promise) pending.then(give, give);
    else give();
  }

  #skip(id: number): void {
    const skipped = this.#withdrawn.get(id);
    if (skipped === undefined) return;
    this.#withdrawn.delete(id);
    this.#freeSlots.push(skipped.slot);
    this.#hogged = false;
  }

  #cancel(id: number, slot: number): void {
    if (!this.#carried.has(id)) return;
    Atomics.store(this.#state, slot, STATE.cancelled);
    this.#post({ type: "cancel", id });
  }

  /** The execution no longer has or wants the thread, which it kept for `busyMs`. */
  #release(job: Carried, busyMs: number): void {
    if (job.waits) return;
    job.waits = true;
    this.#inLine -= 1;
    this.#typicalMs += (busyMs - this.#typicalMs) / 16;
  }

  #finish(job: Carried, outcome: ExecutionOutcome): void {
    job.fetches.close();
    job.resolve(outcome);
    this.#closeAccount(job.slot);
    this.#freeSlots.push(job.slot);
  }

  #closeAccount(slot: number): void {
    closeAccount(this.shared.budget, accountPlace(this.#state, slot));
  }

  /** The Worker is gone: the execution that had the thread fails, those that had begun too, the rest moves. */
  #die(error: RatchetError): void {
    if (this.#dead) return;
    this.#dead = true;
    const busy = Atomics.load(this.#state, BUSY);
    const lost: PoolJob[] = [];
    for (const job of this.#carried.values()) {
      if (job.id === busy) this.#finish(job, { status: "failed", error, usage: NO_USAGE });
      else if (job.waits || job.fetched || job.starts >= MAX_STARTS) {
        this.#finish(job, failed("WORKER_LOST", "the Worker that carried the execution was lost"));
      } else {
        job.cancel = undefined;
        this.#closeAccount(job.slot);
        lost.push(job);
      }
    }
    this.#carried.clear();
    this.#worker.terminate();
    this.events.onDeath(this, lost);
  }

  #remember(programId: string): void {
    this.#programs.delete(programId);
    this.#programs.add(programId);
    const [oldest] = this.#programs;
    if (this.#programs.size <= MAX_PROGRAMS || oldest === undefined) return;
    this.#programs.delete(oldest);
    this.#post({ type: "forget", programId: oldest });
  }

  #post(message: ToWorker): void {
    if (this.#dead) return;
    this.#outbox.push(message);
    if (this.#outbox.length > 1) return;
    const send = () => this.#flush();
    // A thread that has work can wait for what else comes up in this turn.
    if (this.#inLine > 1) setImmediate(send);
    else queueMicrotask(send);
  }

  #flush(): void {
    const batch = this.#outbox;
    this.#outbox = [];
    if (this.#dead || batch.length === 0) return;
    const { data, move } = packBatch(batch);
    this.#worker.postMessage(data, move);
  }

  /** After everything that was posted before: it may say to forget the same program. */
  #postAlone(program: LargeProgram): void {
    this.#flush();
    if (!this.#dead) this.#worker.postMessage(program);
  }
}

/** An outcome made by the pool itself. */
export function failed(
  code: "CANCELLED" | "WORKER_LOST" | "ENVIRONMENT",
  message: string,
  cause?: unknown,
): ExecutionOutcome {
  return { status: "failed", error: new RatchetError(code, message, { cause }), usage: NO_USAGE };
}
