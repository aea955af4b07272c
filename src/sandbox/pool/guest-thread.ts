import type { DurableEvent } from "../../domain/durable.ts";
import { NO_USAGE } from "../../domain/execution.ts";
import { programFromFlat } from "../../domain/flat-program.ts";
import type { Program } from "../../domain/task.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import type { EngineTable } from "../engine/engine.ts";
import type { EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import { createTurns } from "../engine/turns.ts";
import { CarriedRun } from "./carried-run.ts";
import { LogCredit } from "./log-credit.ts";
import {
  type EngineMessage,
  type LargeProgram,
  type RunMessage,
  STATE,
  type ToWorker,
  unpackBatch,
  type WorkerSetup,
} from "./protocol.ts";
import { ThreadEngines } from "./thread-engines.ts";
import { createThreadTally } from "./thread-tally.ts";
import { WorkerOutbox } from "./worker-outbox.ts";

/**
 * Makes a Worker a thread of a pool.
 * @param scope the Worker's own global scope
 * @param engines the engines that the pool has
 */
export function runGuestThread(scope: Worker, engines: EngineTable): void {
  scope.onmessage = (event: MessageEvent<WorkerSetup>) => {
    const thread = new GuestThread(scope, engines, event.data);
    scope.onmessage = ({ data }: MessageEvent<ToWorker[] | string | LargeProgram | EngineMessage>) => {
      if (typeof data === "string" || Array.isArray(data)) thread.receive(unpackBatch(data));
      else if ("engine" in data) thread.engines.start(data);
      else thread.know(programFromFlat(data));
    };
  };
}

/** The Worker's side of the pool. It starts executions one after the other, the next one when one ends or waits. */
class GuestThread {
  readonly engines: ThreadEngines;
  readonly #turns = createTurns();
  readonly #state: Int32Array;
  readonly #outbox: WorkerOutbox;
  readonly #credit = new LogCredit();
  readonly #programs = new Map<string, Program>();
  readonly #runs = new Map<number, CarriedRun>();
  readonly #waiting: RunMessage[] = [];
  /** What has happened to runs that wait to begin. */
  readonly #early = new Map<number, DurableEvent[]>();
  #pumping = false;

  constructor(
    scope: Worker,
    engines: EngineTable,
    private readonly setup: WorkerSetup,
  ) {
    this.#state = new Int32Array(setup.shared);
    const tally = createThreadTally(this.#state);
    this.engines = new ThreadEngines(engines, { turns: this.#turns, sharesOutputs: true, tally });
    this.#outbox = new WorkerOutbox(scope, () => this.#pumping);
  }

  know(program: Program): void {
    this.#programs.set(program.id, program);
  }

  receive(messages: ToWorker[]): void {
    this.#turns.begin();
    for (const message of messages) this.#take(message);
    void this.#pump();
  }

  #take(message: ToWorker): void {
    switch (message.type) {
      case "run":
        // Kept even if the execution is withdrawn, because the pool sends each program once.
        if (message.program !== undefined) this.know(message.program);
        this.#waiting.push(message);
        break;
      case "forget":
        this.#programs.delete(message.programId);
        break;
      case "drop-caches":
        this.engines.dropCaches();
        // What is dropped takes memory until it is collected.
        Bun.gc(true);
        break;
      case "cancel":
        this.#runs.get(message.id)?.cancel();
        break;
      case "credit":
        this.#credit.add(message.size);
        break;
      case "response":
      case "piece":
      case "wanted":
      case "no-room":
      case "failure":
        this.#runs.get(message.id)?.settle(message);
        break;
      case "socket":
        this.#runs.get(message.id)?.socketEvent(message.call, message.event);
        break;
      case "durable-event":
        this.#durableEvent(message.id, message.event);
        break;
    }
  }

  /** A run that has not begun gets what has happened when it begins. */
  #durableEvent(id: number, event: DurableEvent): void {
    const run = this.#runs.get(id);
    if (run !== undefined) return run.durableEvent(event);
    if (this.#waiting.some((message) => message.id === id))
      this.#early.set(id, [...(this.#early.get(id) ?? []), event]);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const message = next;
      await new Promise<void>((release) => this.#start(message, release));
    }
    this.#pumping = false;
    this.#outbox.flush();
  }

  #start(message: RunMessage, release: () => void): void {
    const { id, slot } = message;
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (Atomics.compareExchange(this.#state, slot, STATE.inLine, STATE.begun) === STATE.withdrawn) {
      this.#outbox.post({ type: "skipped", id });
      return release();
    }
    const run = new CarriedRun(message, {
      outbox: this.#outbox,
      credit: this.#credit,
      state: this.#state,
      budget: this.setup.budget,
      release,
    });
    this.#runs.set(id, run);
    for (const event of early ?? []) run.durableEvent(event);
    void this.#execute(message, run).then((result) => {
      this.#runs.delete(id);
      run.end();
      this.#outbox.post({ type: "done", id, result });
      if (run.hasWaited) this.#outbox.flush();
      release();
    });
  }

  async #execute({ engine, request }: RunMessage, port: ExecutionPort): Promise<EngineResult> {
    const program = this.#programs.get(request.programId);
    if (program === undefined) return internalFailure(`the Worker was not given program ${request.programId}`);
    const complete = { ...request, program };
    const started = this.engines.started(engine);
    if (started !== undefined) return started.execute(complete, port);
    try {
      return await (await this.engines.get(engine)).execute(complete, port);
    } catch (error) {
      return internalFailure(`the engine could not start: ${messageOf(error)}`);
    }
  }
}

function internalFailure(message: string): EngineResult {
  return { failure: { code: "INTERNAL", message, data: {} }, usage: NO_USAGE };
}
