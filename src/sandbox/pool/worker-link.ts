import { flattenProgram } from "../../domain/flat-program.ts";
import type { Program } from "../../domain/task.ts";
import type { LoadedEngine } from "./loaded-engines.ts";
import {
  type EngineMessage,
  type FromWorker,
  LARGE_PROGRAM,
  type LargeProgram,
  packBatch,
  type ToWorker,
  unpackBatch,
  type WorkerSetup,
} from "./protocol.ts";

/** What a link reports. */
export interface WorkerLinkEvents {
  onMessages: (messages: FromWorker[]) => void;
  /** The Worker threw an error that nothing caught. */
  onFailure: (message: string) => void;
  onClose: () => void;
}

/** How many programs a Worker remembers. */
const MAX_PROGRAMS = 1_000;

/** Carries messages between the pool and one Worker, in batches, and knows which programs and engines the Worker has. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #engines = new Set<string>();
  readonly #programs = new Set<string>();
  #outbox: ToWorker[] = [];
  #closed = false;

  /** @param hasWork whether the thread has more to do than it can have finished */
  constructor(
    worker: Worker,
    setup: WorkerSetup,
    events: WorkerLinkEvents,
    private readonly hasWork: () => boolean,
  ) {
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<FromWorker[] | string>) => events.onMessages(unpackBatch(event.data));
    worker.onerror = (event) => {
      event.preventDefault();
      events.onFailure(event.message);
    };
    worker.addEventListener("close", events.onClose);
    worker.postMessage(setup);
  }

  post(message: ToWorker): void {
    if (this.#closed) return;
    this.#outbox.push(message);
    if (this.#outbox.length > 1) return;
    const send = () => this.#flush();
    // A thread that has work can wait for whatever else comes up in this turn of the event loop.
    if (this.hasWork()) setImmediate(send);
    else queueMicrotask(send);
  }

  /** Has the Worker start an engine that it does not have yet. */
  provideEngine({ name, assets }: LoadedEngine): void {
    if (this.#engines.has(name)) return;
    this.#engines.add(name);
    this.#postAlone({ engine: name, assets });
  }

  /**
   * Sees to it that the Worker has a program.
   * @returns the program if it has to travel with the run
   */
  provideProgram(program: Program): Program | undefined {
    if (this.#programs.has(program.id)) return undefined;
    if (program.code.length + (program.places?.mappings?.length ?? 0) <= LARGE_PROGRAM) {
      // Nothing on that thread reads the sources, and functions can't travel.
      const { compiled: _, texts: _texts, ...passed } = program;
      return passed;
    }
    this.#postAlone(flattenProgram(program));
    return undefined;
  }

  /** Notes that the Worker has a program and just needed it, and has the Worker forget the oldest when there are too many. */
  remember(programId: string): void {
    this.#programs.delete(programId);
    this.#programs.add(programId);
    const [oldest] = this.#programs;
    if (this.#programs.size <= MAX_PROGRAMS || oldest === undefined) return;
    this.#programs.delete(oldest);
    this.post({ type: "forget", programId: oldest });
  }

  /** Ends the Worker. */
  close(): void {
    this.#closed = true;
    this.#worker.terminate();
  }

  #flush(): void {
    const batch = this.#outbox;
    this.#outbox = [];
    if (this.#closed || batch.length === 0) return;
    const { data, move } = packBatch(batch);
    this.#worker.postMessage(data, move);
  }

  /** Posts after everything that was posted before, because that may say to forget the same program. */
  #postAlone(message: LargeProgram | EngineMessage): void {
    this.#flush();
    if (!this.#closed) this.#worker.postMessage(message);
  }
}
