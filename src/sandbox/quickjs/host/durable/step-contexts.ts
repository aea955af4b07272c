import type { MachineImage } from "../../machine/image.ts";
import type { Machine } from "../../machine/machine.ts";
import { SeededBytes } from "./seeded-bytes.ts";

/** Where the randomness of one step comes from: the state of Math.random, and crypto. */
interface StepRandom {
  state: bigint;
  bytes: SeededBytes;
}

/** The run outside of its steps. */
const RUN = 0;

/**
 * Tells the code of steps from that of the rest of the run, because the function of a step does not run again when the run is
 * repeated: what it draws from the randomness must not be missing then, and what it reads of the clock belongs to nothing that
 * is repeated. A step's code is: what its function does before it first waits; what runs next, if its function goes on at once; and
 * what follows results and timers that it has asked for.
 */
export class StepContexts {
  /** The number of the step whose code runs now, or 0. */
  #current = RUN;
  readonly #steps = new Map<number, StepRandom>();
  /** What steps have asked for, by its key. */
  readonly #asked = new Map<number, number>();
  /** The step that what is delivered now belongs to. */
  #delivered = RUN;
  /** The steps that have begun since the last delivery, and have not ended. */
  #begun: number[] = [];
  #runState = 0n;

  constructor(
    private readonly machine: Machine,
    private readonly image: MachineImage,
    private readonly seed: () => string,
  ) {}

  /** Does the code of a step run now? */
  get isStep(): boolean {
    return this.#current !== RUN;
  }

  /** Draws from the randomness of the step whose code runs now. */
  fill(bytes: Uint8Array): void {
    this.#steps.get(this.#current)?.bytes.fill(bytes);
  }

  /** The function of a step is about to run. @param attempt how often it has run before */
  begin(number: number, attempt: number): void {
    const seed = new Bun.CryptoHasher("sha256").update(`${this.seed()} ${number} ${attempt}`).digest("hex");
    const bytes = new SeededBytes(seed);
    this.#steps.set(number, { state: bytes.state, bytes });
    this.#begun.push(number);
    this.#turnTo(number);
  }

  /** The function of a step has returned a promise: the code that has called it goes on. */
  pause(): void {
    this.#turnTo(this.#delivered);
  }

  /** The function of a step has ended. @param isLate it goes on, although nobody waits for it */
  end(number: number, isLate: boolean): void {
    this.#begun = this.#begun.filter((each) => each !== number);
    if (this.#current === number) this.#turnTo(RUN);
    if (!isLate) this.#steps.delete(number);
  }

  /** Something is asked of the host, and delivered later. */
  ask(key: number): void {
    if (this.#current !== RUN) this.#asked.set(key, this.#current);
  }

  /** Something is about to be delivered. */
  deliver(key: number): void {
    if (this.#steps.size === 0) return;
    const step = this.#asked.get(key) ?? RUN;
    this.#asked.delete(key);
    this.#delivered = this.#steps.has(step) ? step : RUN;
    this.#begun = [];
    this.#turnTo(this.#delivered);
  }

  /** The next of the guest's jobs is about to run. */
  job(): void {
    if (this.#steps.size > 0) this.#turnTo(this.#delivered === RUN ? (this.#begun.at(-1) ?? RUN) : this.#delivered);
  }

  #turnTo(next: number): void {
    if (next === this.#current) return;
    const state = this.machine.randomState(this.image);
    const left = this.#steps.get(this.#current);
    if (left === undefined) this.#runState = state;
    else left.state = state;
    this.#current = this.#steps.has(next) ? next : RUN;
    this.machine.setRandomState(this.image, this.#steps.get(next)?.state ?? this.#runState);
  }
}
