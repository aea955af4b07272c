import { SPLIT } from "../../wasm/split.ts";
import { type MachineImage, PAGE, STACK_TOP } from "./image.ts";
import type { ImageDifference } from "./image-difference.ts";
import type { EngineExports } from "./wasm-exports.ts";

/** What a machine asks the execution that it carries. An exception from any of these ends the guest at once. */
export interface MachineHooks {
  /** Called every few thousand loop iterations. @returns true to pause the guest, if that is possible now */
  checkpoint(): boolean;
  /** Resolves when a paused guest may go on. */
  pause(): Promise<void>;
  /** May memory grow to this many bytes? */
  mayGrow(bytes: number): boolean;
  /** A host call. It returns a value handle, 0 after an exception was thrown into the guest, or a promise of either. */
  hostCall(operation: number, handles: readonly number[]): number | Promise<number>;
  /** The time in ns, since the start of the execution if `monotonic`, else since the epoch. */
  clock(monotonic: boolean): bigint;
  fillRandom(bytes: Uint8Array): void;
  /** The offset of the guest's time zone from UTC at a local time, both in s. */
  timeZoneOffset(localTime: number): number;
  /** A promise was rejected and has no handler, or got a handler later. The callee owns both handles. */
  rejection(promise: number, reason: number, handled: boolean): void;
}

/** What the engine passes for a host call: name, its length, `this`, the number of arguments, and where their handles are. */
type HostCallValues = [name: number, length: number, self: number, count: number, values: number];

/** Loop iterations between two checkpoints: about 0.1 ms of compiled code. */
const QUANTUM = 20_000;
const ERRNO_SUCCESS = 0;
const ERRNO_BADF = 8;
const ERRNO_NOSYS = 52;
/** The C stack is zeroed in blocks of this many bytes. */
const STACK_BLOCK = 4096;
/** This many zeroed blocks in a row lie below everything that the last guest pushed. */
const UNTOUCHED_BLOCKS = 4;

/** How much stack nearly every guest uses, bytes. */
const USUAL_STACK = 16 * 1024;
/** How much most guests allocate beyond the image they start from, bytes. */
const USUAL_HEAP = 48 * 1024;

/** One instance of the engine. It runs one guest at a time and is reset in place between two of them. */
export class Machine {
  readonly exports: EngineExports;
  readonly call: (callee: number, self: number, count: number, values: number) => Promise<number>;
  readonly evaluate: (code: number, length: number, fileName: number, flags: number) => Promise<number>;
  readonly runJob: () => Promise<number>;
  /** Compiles to bytecode. Resolves to a pointer, or to 0 after an exception. */
  readonly compile: (...values: Parameters<EngineExports["qjs_compile"]>) => Promise<number>;
  readonly evaluateBytecode: (bytecode: number, length: number) => Promise<number>;
  hooks: MachineHooks | undefined;
  /** Only the guest's own code is on the stack, so it can be suspended. */
  #alone = false;
  #view: Uint8Array;

  /**
   * @param module the engine, or its core
   * @param loadRest compiles the other part of a split engine
   * @param present called once with the memory that the first guest is about to write to
   */
  constructor(
    module: WebAssembly.Module,
    loadRest?: () => WebAssembly.Module,
    private present?: (memory: Uint8Array) => void,
  ) {
    const imports = this.#imports(() => {
      if (loadRest === undefined) throw new Error("the engine's module is not whole");
      const core = instance.exports;
      new WebAssembly.Instance(loadRest(), { ...imports, [SPLIT.module]: core });
      (core[SPLIT.loaded] as WebAssembly.Global).value = 1;
    });
    const instance = new WebAssembly.Instance(module, imports);
    this.exports = instance.exports as unknown as EngineExports;
    this.call = this.#entry(WebAssembly.promising(this.exports.qjs_call));
    this.evaluate = this.#entry(WebAssembly.promising(this.exports.qjs_eval));
    this.runJob = this.#entry(WebAssembly.promising(this.exports.qjs_execute_pending_job));
    this.compile = this.#entry(WebAssembly.promising(this.exports.qjs_compile));
    this.evaluateBytecode = this.#entry(WebAssembly.promising(this.exports.qjs_eval_bytecode));
    this.#view = new Uint8Array(this.exports.memory.buffer);
  }

  /** The memory as bytes. Read it again after anything that may have grown it. */
  get bytes(): Uint8Array {
    return this.#view;
  }

  /** How many pages the guest has. The instance may hold more zeroed pages from an earlier guest. */
  get pages(): number {
    return this.exports.ratchet_pages.value as number;
  }

  set pages(count: number) {
    this.exports.ratchet_pages.value = count;
  }

  /** How many bytes the instance holds. */
  get capacity(): number {
    return this.#view.length;
  }

  /**
   * Resets the machine to the image, whatever was in it.
   * @param stackBytes the stack limit of the next guest
   * @param difference from the image, if it is not the image itself to which the machine is reset
   */
  reset(image: MachineImage, stackBytes: number, difference?: ImageDifference): void {
    const pages = (STACK_TOP + (difference?.length ?? image.memory.length)) / PAGE;
    if (this.#view.length < pages * PAGE) this.#growTo(pages);
    this.present?.(this.#view.subarray(STACK_TOP - USUAL_STACK, STACK_TOP + image.memory.length + USUAL_HEAP));
    this.present = undefined;
    const used = this.pages * PAGE;
    this.#cleanStack();
    this.#view.set(image.memory, STACK_TOP);
    const filled = STACK_TOP + image.memory.length;
    if (used > filled) this.#view.fill(0, filled, used);
    difference?.apply(this.#view.subarray(STACK_TOP, pages * PAGE));
    this.pages = pages;
    this.exports.__stack_pointer.value = image.stackPointer;
    this.exports.qjs_set_runtime_and_context(image.runtime, image.context);
    this.exports.qjs_set_max_stack_size(stackBytes);
    this.exports.ratchet_counter.value = QUANTUM;
  }

  /** Zeroes the stack from its top down to where the last guest never got. */
  #cleanStack(): void {
    let untouched = 0;
    for (let end = STACK_TOP; end > 0 && untouched < UNTOUCHED_BLOCKS; end -= STACK_BLOCK) {
      const words = new Int32Array(this.#view.buffer, end - STACK_BLOCK, STACK_BLOCK / 4);
      let used = 0;
      for (let i = 0; i < words.length; i++) used |= words[i] ?? 0;
      untouched = used === 0 ? untouched + 1 : 0;
      if (used !== 0) words.fill(0);
    }
  }

  /** Takes an image of the machine as it is now. */
  takeImage(like: Omit<MachineImage, "memory">): MachineImage {
    return { ...like, memory: this.rest.slice() };
  }

  /** What images have of the memory. */
  get rest(): Uint8Array {
    return this.#view.subarray(STACK_TOP, this.pages * PAGE);
  }

  /** Returns the 64 bits of state of Math.random. */
  randomState({ randomState }: Pick<MachineImage, "randomState">): bigint {
    return new DataView(this.exports.memory.buffer).getBigUint64(randomState, true);
  }

  setRandomState({ randomState }: Pick<MachineImage, "randomState">, state: bigint): void {
    new DataView(this.exports.memory.buffer).setBigUint64(randomState, state, true);
  }

  #growTo(pages: number): void {
    this.exports.memory.grow(pages - this.#view.length / PAGE);
    this.#view = new Uint8Array(this.exports.memory.buffer);
  }

  /** The import behind memory.grow. It gives the guest zeroed pages if the execution may have them. */
  #grow(more: number): number {
    const before = this.pages;
    const wanted = before + more;
    if (wanted * PAGE > 2 ** 32 || this.hooks?.mayGrow(wanted * PAGE) === false) return -1;
    try {
      if (wanted * PAGE > this.#view.length) this.#growTo(wanted);
    } catch {
      return -1; // the declared maximum is reached, or the system has no more
    }
    this.pages = wanted;
    return before;
  }

  #entry<A extends unknown[]>(enter: (...values: A) => Promise<number>): (...values: A) => Promise<number> {
    return async (...values) => {
      this.#alone = true;
      try {
        return await enter(...values);
      } finally {
        this.#alone = false;
      }
    };
  }

  /** Runs the host's part of a call from the guest. */
  #outside<T>(work: () => T): T {
    const before = this.#alone;
    this.#alone = false;
    const result = work();
    if (!(result instanceof Promise)) {
      this.#alone = before;
      return result;
    }
    return result.then((value: unknown) => {
      this.#alone = before;
      return value;
    }) as T;
  }

  /** The guest's one host function: its first argument is the operation's number. */
  #hostCall(passed: HostCallValues): number | Promise<number> {
    const count = passed[3];
    const values = passed[4];
    const { hooks } = this;
    if (hooks === undefined || count === 0) return this.exports.qjs_get_undefined();
    const memory = new DataView(this.exports.memory.buffer);
    const handles = Array.from({ length: count - 1 }, (_, i) => memory.getUint32(values + 4 * (i + 1), true));
    const operation = memory.getUint32(values, true);
    // Only a number is asked for its value: anything else would run the guest's own conversion.
    const number = this.exports.qjs_is_number(operation) === 0 ? 0 : this.exports.qjs_get_float64(operation);
    return hooks.hostCall(number, handles);
  }

  #imports(load: () => void): ConstructorParameters<typeof WebAssembly.Instance>[1] {
    const view = () => new DataView(this.exports.memory.buffer);
    return {
      ratchet: {
        meter: () => {
          const wanted = this.hooks?.checkpoint() === true;
          this.exports.ratchet_counter.value = wanted && this.#alone ? -1 : QUANTUM;
        },
        pause: new WebAssembly.Suspending(() => {
          this.exports.ratchet_counter.value = QUANTUM;
          return this.#outside(() => this.hooks?.pause());
        }) as unknown as () => void,
        grow: (more: number) => this.#grow(more),
        load,
      },
      env: {
        host_call: new WebAssembly.Suspending((...values: HostCallValues) =>
          this.#outside(() => this.#hostCall(values)),
        ) as unknown as () => number,
        host_interrupt: () => 0, // metering does this
        host_promise_rejection: (promise: number, reason: number, handled: number) =>
          this.#outside(() => this.hooks?.rejection(promise, reason, handled !== 0)),
        host_module_normalize: () => 0, // imports were bundled before the program got here
        host_module_load: () => 0,
        // The engine asks only while it reads texts: the getters and setters are the guest API's own, unless the zone is UTC.
        host_get_timezone_offset: (high: number, low: number) =>
          this.hooks?.timeZoneOffset(high * 2 ** 32 + (low >>> 0)) ?? 0,
      },
      wasi_snapshot_preview1: {
        clock_time_get: (id: number, _precision: bigint, out: number) => {
          view().setBigUint64(out, this.hooks?.clock(id !== 0) ?? 0n, true);
          return ERRNO_SUCCESS;
        },
        random_get: (start: number, length: number) => {
          this.hooks?.fillRandom(this.#view.subarray(start, start + length));
          return ERRNO_SUCCESS;
        },
        fd_write: () => ERRNO_BADF, // what the engine itself prints goes nowhere
        fd_close: () => ERRNO_NOSYS,
        fd_fdstat_get: () => ERRNO_BADF,
        fd_seek: () => ERRNO_NOSYS,
      },
    };
  }
}
