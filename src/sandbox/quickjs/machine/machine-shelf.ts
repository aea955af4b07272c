import type { EngineTally } from "../../engine/engine-tally.ts";
import { Machine } from "./machine.ts";
import type { PresentMemory } from "./present-memory.ts";

/** A larger machine is given up after its execution, so that one hungry guest does not hold memory for good, bytes. */
const MAX_KEPT_CAPACITY = 16 * 1024 * 1024;
/** How much the machines on the shelf may hold in total, bytes: enough for a hundred small guests at a time. */
const IDLE_BYTES = 256 * 1024 * 1024;
/** Memory is presented from this machine of a thread on: one or two machines are created faster without. */
const WORTH_PRESENTING = 3;

/** What machines are created from. */
export interface MachineParts {
  module: WebAssembly.Module;
  /** Compiles the engine's other part, if `module` is the core of a split engine. */
  loadRest?: () => WebAssembly.Module;
  /** For a thread that carries many guests at a time. */
  createPresentMemory?: (() => PresentMemory | undefined) | undefined;
  /** Learns how much memory the shelf keeps. */
  tally?: EngineTally | undefined;
}

/** The machines of one thread that no guest uses now. More are created when executions need them. */
export class MachineShelf {
  readonly #idle: Machine[] = [];
  #idleBytes = 0;
  #created = 0;
  #present: PresentMemory | undefined;

  constructor(private readonly parts: MachineParts) {}

  /** Takes a machine. It has to be reset before it is used. */
  take(): Machine {
    const kept = this.#idle.pop();
    if (kept === undefined) return this.#create();
    this.#setIdle(this.#idleBytes - kept.capacity);
    return kept;
  }

  /** Keeps a machine for the next guest, if there is room. */
  keep(machine: Machine): void {
    const { capacity } = machine;
    if (capacity > MAX_KEPT_CAPACITY || this.#idleBytes + capacity > IDLE_BYTES) return;
    this.#setIdle(this.#idleBytes + capacity);
    this.#idle.push(machine);
  }

  /** Drops all machines. */
  clear(): void {
    this.#idle.length = 0;
    this.#setIdle(0);
  }

  #setIdle(bytes: number): void {
    this.#idleBytes = bytes;
    this.parts.tally?.keeps("machines", bytes);
  }

  #create(): Machine {
    const { module, loadRest, createPresentMemory } = this.parts;
    this.#created += 1;
    if (this.#created === WORTH_PRESENTING) this.#present = createPresentMemory?.();
    return new Machine(module, loadRest, this.#present);
  }
}
