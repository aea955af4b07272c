import { DEFAULT_LIMITS, type ExecutionLimits } from "../../domain/limits.ts";
import { UTC } from "../../domain/time-zone.ts";
import { Lru } from "../../lib/lru.ts";
import type { EngineRequest } from "../engine/engine-request.ts";
import type { EngineTally } from "../engine/engine-tally.ts";
import type { RestModule } from "./assets.ts";
import { type MachineImage, STACK_TOP } from "./machine/image.ts";
import { type ImageDifference, ImageDifferences } from "./machine/image-difference.ts";
import type { Machine } from "./machine/machine.ts";
import type { ProgramLoading } from "./run/guest-run-context.ts";
import { fitsGuest } from "./run/memory-guard.ts";

/** How much the images of a thread may hold in total, bytes. */
const IMAGE_BYTES = 64 * 1024 * 1024;
/** The largest image that is kept for other processes, bytes. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;
/** A program that takes this much memory most likely needs the other part of a split engine, bytes. */
const LARGE_PROGRAM = 512 * 1024;
/** Name under which images are kept. An empty one stands for a program that every execution has to load. */
const IMAGE = "quickjs-image";

/**
 * Machines that have loaded a program, so that the next execution of the program starts there: in memory, and for other
 * processes where the program has a place for compiled forms. A program has an image only if loading it gives the same
 * machine each time.
 */
export class ProgramImages {
  readonly #images = new Lru<string, MachineImage>(IMAGE_BYTES, (image) => image.memory.length);
  readonly #seen = new Set<string>();
  readonly #differences: ImageDifferences;
  /** Resolves when what the execution that was started last will most likely need is compiled. */
  prepared: Promise<void> | undefined;

  /**
   * @param rest the other part of a split engine, whose process most likely runs one program once: no image is taken into
   * memory, which is as large as the program, until a program runs again
   */
  constructor(
    private readonly base: MachineImage,
    private readonly rest: RestModule | undefined,
    private readonly tally?: EngineTally,
  ) {
    this.#differences = new ImageDifferences(base);
  }

  /**
   * Resets a machine to where an execution starts.
   * @returns how to load the program; undefined if it is loaded
   */
  start(machine: Machine, request: EngineRequest): ProgramLoading | undefined {
    const { base } = this;
    const { program, limits } = request;
    // A recorded or replayed execution loads its program again, because what that reads of the clock is part of the
    // recording. With fixed sources, what loading reads comes from them.
    const isRecorded = request.record && request.maxJournalBytes === undefined;
    if (isRecorded || request.replay !== undefined || request.fixed !== undefined) {
      machine.reset(base, limits.stackBytes);
      this.tally?.reset("base");
      return { compile: true };
    }
    const key = keyOf(request);
    const image = this.#images.get(key);
    if (image !== undefined && this.#fits(image.memory.length, limits)) {
      machine.reset(image, limits.stackBytes);
      this.tally?.reset("program");
      return undefined;
    }
    const kept = program.compiled?.read(IMAGE, dependenceOf(request));
    const difference = kept === undefined ? undefined : this.#differences.decode(kept);
    if (difference !== undefined && this.#fits(difference.length, limits)) {
      this.#restore(machine, difference, request);
      this.tally?.reset("program");
      return undefined;
    }
    this.tally?.reset("base");
    machine.reset(base, limits.stackBytes);
    return { compile: kept?.length === 0, onLoaded: (shareable) => this.#keep(machine, request, shareable) };
  }

  /** Drops all images. */
  clear(): void {
    this.#images.clear();
    this.tally?.keeps("images", 0);
  }

  /** A guest that may not have so much memory loads the program, and ends where it has no more. */
  #fits(length: number, limits: ExecutionLimits): boolean {
    return fitsGuest(STACK_TOP + length, limits);
  }

  #restore(machine: Machine, difference: ImageDifference, request: EngineRequest): void {
    // It is compiled while the memory is restored here.
    const isLarge = difference.length > this.base.memory.length + LARGE_PROGRAM;
    if (isLarge) this.prepared ??= this.rest?.prepare();
    machine.reset(this.base, request.limits.stackBytes, difference);
    this.#remember(machine, keyOf(request));
  }

  #keep(machine: Machine, request: EngineRequest, shareable: boolean): void {
    if (shareable) this.#remember(machine, keyOf(request));
    const { compiled } = request.program;
    if (compiled === undefined) return;
    const isKept = shareable && machine.rest.length <= MAX_KEPT_BYTES;
    compiled.keep(IMAGE, isKept ? this.#differences.encode(machine.rest) : new Uint8Array(), dependenceOf(request));
  }

  #remember(machine: Machine, key: string): void {
    if (this.rest !== undefined && !this.#seen.has(key)) {
      this.#seen.add(key);
      return;
    }
    this.#images.set(key, machine.takeImage(this.base));
    this.tally?.keeps("images", this.#images.weight);
  }
}

/** What the top level of a program does may depend on the time zone, and on when its stack is full. */
function keyOf(request: EngineRequest): string {
  const { program, limits, timeZone } = request;
  if (timeZone === UTC && limits.stackBytes === DEFAULT_LIMITS.stackBytes) return program.id;
  return `${program.id} ${dependenceOf(request)}`;
}

function dependenceOf({ limits, timeZone }: EngineRequest): string {
  return `${timeZone} ${limits.stackBytes}`;
}
