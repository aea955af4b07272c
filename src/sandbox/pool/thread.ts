import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionOutcome } from "../../domain/execution.ts";
import { HttpFailure } from "../../domain/http.ts";
import { engineRequest, outcomeOf } from "../engine-outcome.ts";
import type { SandboxRequest } from "../executor.ts";
import type { EngineAssets } from "../quickjs/assets.ts";
import { BUSY, type FromWorker, newSharedState, SLOTS, type ToWorker, type WorkerSetup } from "./protocol.ts";

/** An execution given to the pool. */
export interface PoolJob {
  request: SandboxRequest;
  resolve: (outcome: ExecutionOutcome) => void;
  /** Starts so far: one that only waited in line when its Worker died is started again. */
  starts: number;
  fetched: boolean;
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
  sentAt: number;
  aborts: Map<number, AbortController>;
  unlisten: () => void;
}

/** Work kept in line for a thread, ms: enough that it never starves, little enough that none waits behind a slow one. */
const LINE_MS = 4;
const MAX_LINE = 128;
/** Programs a Worker remembers. */
const MAX_PROGRAMS = 1_000;
const MAX_STARTS = 2;

/** The pool's side of one Worker. */
export class Thread {
  readonly #worker: Worker;
  readonly #state: Int32Array;
  readonly #carried = new Map<number, Carried>();
  readonly #freeSlots = Array.from({ length: SLOTS }, (_, i) => i);
  readonly #programs = new Set<string>();
  #outbox: ToWorker[] = [];
  #lastId = 0;
  #inLine = 0;
  /** Moving average of the time one execution keeps the thread, ms. */
  #typicalMs = LINE_MS;
  #dead = false;

  constructor(
    spawn: () => Worker,
    assets: EngineAssets,
    budget: SharedArrayBuffer,
    private readonly events: ThreadEvents,
  ) {
    const shared = newSharedState();
    this.#state = new Int32Array(shared);
    this.#worker = spawn();
    this.#worker.onmessage = (event: MessageEvent<FromWorker[]>) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#die(new RatchetError("WORKER_LOST", `the Worker failed: ${event.message}`));
    };
    this.#worker.addEventListener("close", () => this.#die(new RatchetError("WORKER_LOST", "the Worker ended")));
    this.#worker.postMessage({ assets, shared, budget } satisfies WorkerSetup);
  }

  /** Executions that have or want the thread (not those that wait for something outside). */
  get inLine(): number {
    return this.#inLine;
  }

  get carried(): number {
    return this.#carried.size;
  }

  get hasRoom(): boolean {
    const line = Math.min(Math.max(Math.floor(LINE_MS / this.#typicalMs), 1), MAX_LINE);
    return !this.#dead && this.#inLine <= line && this.#freeSlots.length > 0;
  }

  /** Sends an execution. */
  start(job: PoolJob): void {
    const slot = this.#freeSlots.pop() ?? 0;
    const id = ++this.#lastId;
    Atomics.store(this.#state, slot, 0);
    const onAbort = () => this.#cancel(id, slot);
    const { signal } = job.request;
    signal?.addEventListener("abort", onAbort, { once: true });
    const carried: Carried = Object.assign(job, {
      id,
      slot,
      waits: false,
      sentAt: performance.now(),
      aborts: new Map<number, AbortController>(),
      unlisten: () => signal?.removeEventListener("abort", onAbort),
    });
    carried.starts += 1;
    this.#carried.set(id, carried);
    this.#inLine += 1;
    const { program, ...rest } = engineRequest(job.request);
    this.#post({
      type: "run",
      id,
      slot,
      request: { ...rest, programId: program.id },
      program: this.#programs.has(program.id) ? undefined : program,
    });
    this.#remember(program.id);
    if (signal?.aborted === true) onAbort();
  }

  /** Ends the executions that have used up their time and then some: their Worker is stuck outside the engine. */
  endOverdue(graceMs: number): void {
    const busy = this.#carried.get(Atomics.load(this.#state, BUSY));
    if (busy === undefined) return;
    const { timeMs } = busy.request.limits;
    if (performance.now() - busy.sentAt < timeMs + graceMs + this.#inLine * timeMs) return;
    const error = new RatchetError("TIME_LIMIT", `the execution is over the limit of ${timeMs} ms`, {
      data: { limit: timeMs },
    });
    this.#worker.terminate();
    this.#die(error);
  }

  /** Ends the Worker; what it carries is cancelled. */
  stop(): void {
    this.#dead = true;
    this.#worker.terminate();
    for (const job of this.#carried.values()) this.#finish(job, failed("CANCELLED", "the executor was stopped"));
    this.#carried.clear();
  }

  #receive(messages: FromWorker[]): void {
    for (const message of messages) {
      const job = this.#carried.get(message.id);
      if (job === undefined) continue;
      switch (message.type) {
        case "done":
          this.#release(job);
          this.#carried.delete(job.id);
          this.#typicalMs += ((job.waits ? LINE_MS : message.result.usage.durationMs) - this.#typicalMs) / 16;
          this.#finish(job, outcomeOf(job.request, message.result));
          break;
        case "waits":
          this.#release(job);
          break;
        case "log":
          job.request.onLog?.(message.entry);
          break;
        case "progress":
          job.request.onProgress?.(JSON.parse(message.json));
          break;
        case "fetch":
          job.fetched = true;
          void this.#fetch(job, message.call, message.request);
          break;
        case "abort":
          job.aborts.get(message.call)?.abort();
          break;
      }
    }
    this.events.onRoom();
  }

  async #fetch(job: Carried, call: number, request: Parameters<SandboxRequest["http"]>[0]): Promise<void> {
    const abort = new AbortController();
    job.aborts.set(call, abort);
    try {
      const response = await job.request.http(request, abort.signal);
      this.#post({ type: "answer", id: job.id, call, response });
    } catch (error) {
      const { kind, message } = error instanceof HttpFailure ? error : new HttpFailure("network", String(error));
      this.#post({ type: "failure", id: job.id, call, kind, message });
    } finally {
      job.aborts.delete(call);
    }
  }

  #cancel(id: number, slot: number): void {
    if (!this.#carried.has(id)) return;
    Atomics.store(this.#state, slot, 1);
    this.#post({ type: "cancel", id });
  }

  /** The execution no longer has or wants the thread. */
  #release(job: Carried): void {
    if (job.waits) return;
    job.waits = true;
    this.#inLine -= 1;
  }

  #finish(job: Carried, outcome: ExecutionOutcome): void {
    job.unlisten();
    for (const abort of job.aborts.values()) abort.abort();
    this.#freeSlots.push(job.slot);
    job.resolve(outcome);
  }

  /** The Worker is gone: the execution that had the thread fails, those with effects outside too, the rest moves. */
  #die(error: RatchetError): void {
    if (this.#dead) return;
    this.#dead = true;
    const busy = Atomics.load(this.#state, BUSY);
    const lost: PoolJob[] = [];
    for (const job of this.#carried.values()) {
      if (job.id === busy) this.#finish(job, { status: "failed", error, usage: NO_USAGE });
      else if (job.fetched || job.starts >= MAX_STARTS) {
        this.#finish(job, failed("WORKER_LOST", "the Worker that carried the execution was lost"));
      } else {
        job.unlisten();
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
    queueMicrotask(() => {
      const batch = this.#outbox;
      this.#outbox = [];
      if (!this.#dead) this.#worker.postMessage(batch);
    });
  }
}

const NO_USAGE = { durationMs: 0, peakMemoryBytes: 0, fetchCount: 0, fetchBytes: 0 };

/** An outcome made by the pool itself. */
export function failed(code: "CANCELLED" | "WORKER_LOST", message: string): ExecutionOutcome {
  return { status: "failed", error: new RatchetError(code, message), usage: NO_USAGE };
}
