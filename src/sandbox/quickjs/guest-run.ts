import type { GuestError } from "../../domain/guest-errors.ts";
import type { GuestFailure, GuestStart } from "../guest/main.ts";
import { DELIVERY } from "../host-operations.ts";
import { Deliveries } from "./deliveries.ts";
import type { EngineFailure, EngineRequest, EngineResult, ExecutionPort } from "./engine-request.ts";
import { GuestFetches } from "./guest-fetches.ts";
import { hostCalls } from "./host-calls.ts";
import { type MachineImage, PAGE } from "./image.ts";
import { liveNondeterminism, type Nondeterminism, replayedNondeterminism } from "./journal-keeper.ts";
import type { Machine, MachineHooks } from "./machine.ts";
import { loadProgram, ProgramRefused } from "./program-loading.ts";
import { limitStop, Stop } from "./stop.ts";
import { GuestSubtle } from "./subtle.ts";
import { callGuest, GuestMemoryExhausted, newBytes, newString, readString } from "./values.ts";

/** Time a cancelled guest gets to react to its signal, ms. */
const CANCEL_GRACE = 50;

/** One execution on one machine, from reset to outcome. */
export class GuestRun implements MachineHooks {
  readonly hostCall: MachineHooks["hostCall"];
  /** The machine can't be used again: it was interrupted, trapped, or ran out of memory. */
  broken = false;
  #stop: Stop | undefined;
  #settled: { ok: boolean; json: string } | undefined;
  #memoryRefused: "limit" | "budget" | undefined;
  #peakPages = 0;
  #loading = false;
  #unhandledJson: string | undefined;
  #cancelled = false;
  /** Ends the wait the guest is suspended in, or the host is in on its behalf. */
  #interruptWait: ((stop: Stop) => void) | undefined;
  readonly #unhandled = new Map<number, number>();
  readonly #started = performance.now();
  #deadlineTimer: ReturnType<typeof setTimeout> | undefined;
  #forgetCancel: (() => void) | undefined;
  readonly #seed: bigint;
  #deadline: number;
  readonly #source: Nondeterminism;
  readonly #deliveries: Deliveries;
  readonly #fetches: GuestFetches;
  readonly #subtle: GuestSubtle;

  constructor(
    private readonly machine: Machine,
    private readonly image: MachineImage,
    private readonly request: EngineRequest,
    private readonly port: ExecutionPort,
  ) {
    this.#deadline = this.#started + request.limits.timeMs;
    this.#source =
      request.replay === undefined ? liveNondeterminism(request.record) : replayedNondeterminism(request.replay);
    this.#seed = this.#source.seed();
    this.#deliveries = new Deliveries(this.#source);
    this.#fetches = new GuestFetches(request.limits, port, this.#deliveries, (stop) => this.#end(stop));
    this.#subtle = new GuestSubtle(this.#source);
    this.hostCall = hostCalls({
      machine,
      request,
      port,
      source: this.#source,
      deliveries: this.#deliveries,
      fetches: this.#fetches,
      subtle: this.#subtle,
      loading: () => this.#loading,
      settle: (ok, json) => {
        this.#settled ??= { ok, json };
      },
      suspend: (answer) => this.#interruptible(answer),
    });
    machine.hooks = this;
  }

  /**
   * Runs the task. Never rejects for anything the guest did.
   * @param onLoaded given when the image is the bare base image: the program is loaded first, then this is called
   */
  async run(onLoaded: (() => void) | undefined): Promise<EngineResult> {
    try {
      await this.#guarded(async () => {
        if (onLoaded !== undefined) {
          await this.#load();
          onLoaded();
        }
        await this.#drive();
      });
      return this.#result(this.#unhandledFailure() ?? this.#settledFailure());
    } catch (error) {
      return this.#result(this.#failureOf(error));
    } finally {
      this.#dispose();
    }
  }

  // Machine hooks

  checkpoint(): void {
    if (this.#stop !== undefined) throw this.#stop;
    if (performance.now() > this.#deadline) throw this.#note(this.#timeStop());
    if (this.port.cancelled()) throw this.#note(new Stop("CANCELLED", "the execution was cancelled"));
  }

  mayGrow(bytes: number): boolean {
    if (bytes > this.request.limits.memoryBytes) this.#memoryRefused = "limit";
    else if (!this.port.memoryInUse(bytes)) this.#memoryRefused = "budget";
    else {
      this.#peakPages = Math.max(this.#peakPages, bytes / PAGE);
      return true;
    }
    return false;
  }

  clock(monotonic: boolean): bigint {
    return this.#source.clock(monotonic);
  }

  fillRandom(bytes: Uint8Array): void {
    this.#source.fillRandom(bytes);
  }

  rejection(promise: number, reason: number, handled: boolean): void {
    const { exports } = this.machine;
    const key = exports.qjs_get_value_ptr(promise);
    exports.qjs_free_value(promise);
    const known = this.#unhandled.get(key);
    if (known !== undefined) exports.qjs_free_value(known);
    if (handled) {
      this.#unhandled.delete(key);
      exports.qjs_free_value(reason);
    } else {
      this.#unhandled.set(key, reason);
    }
  }

  /** Puts an error from anywhere in the run into words. The host's own flags decide, not the error's text. */
  #failureOf(error: unknown): EngineFailure {
    if (error instanceof ProgramRefused) return error.failure;
    const stop = this.#stop ?? (error instanceof Stop ? error : undefined);
    if (stop !== undefined) return { code: stop.code, message: stop.message, data: stop.data };
    if (this.#memoryRefused !== undefined || error instanceof GuestMemoryExhausted) return this.#memoryFailure();
    if (error instanceof RangeError) return this.#stackFailure();
    if (error instanceof WebAssembly.RuntimeError) {
      return { code: "STACK_LIMIT", message: `the engine gave up: ${error.message}`, data: {} };
    }
    return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), data: {} };
  }

  // Driving the guest

  async #load(): Promise<void> {
    this.#seedRandom();
    this.#loading = true;
    await loadProgram(this.machine, this.image.entries, this.request.program);
    await this.#runJobs();
    this.#loading = false;
  }

  async #drive(): Promise<void> {
    const { machine } = this;
    this.#seedRandom();
    const { context, inputJson, throwHttpErrors } = this.request;
    const start: GuestStart = { ...context, throwHttpErrors };
    const values = [newString(machine, inputJson), newString(machine, JSON.stringify(start))];
    const box = await callGuest(machine, this.image.entries.start, values);
    this.#takeOutput(box);
    await this.#runJobs();
    if (this.#settled !== undefined && !this.#fetchesOpen()) {
      if (this.#fetches.count > 0) await this.#checkUnobserved();
      return this.#describeUnhandled();
    }
    await this.#driveEvents();
    await this.#checkUnobserved();
    await this.#describeUnhandled();
  }

  /** Delivers what arrives until the task has ended and every fetch is finished. */
  async #driveEvents(): Promise<void> {
    while (this.#settled === undefined || this.#fetchesOpen()) {
      const delivery = this.#deliveries.next((kind, index) => this.#isPending(kind, index));
      if (delivery === undefined) {
        if (!this.#anythingPending()) throw this.#note(this.#neverSettles());
        await this.#interruptible(this.#deliveries.arrival());
        continue;
      }
      const text = delivery.text === undefined ? this.#nothing() : newString(this.machine, delivery.text);
      const bytes = delivery.bytes === undefined ? this.#nothing() : newBytes(this.machine, delivery.bytes);
      const kind = this.machine.exports.qjs_new_number(delivery.kind);
      const index = this.machine.exports.qjs_new_number(delivery.index);
      await this.#call(this.image.entries.deliver, [kind, index, text, bytes]);
      await this.#runJobs();
      if (this.#cancelled) throw this.#note(new Stop("CANCELLED", "the execution was cancelled"));
    }
  }

  async #runJobs(): Promise<void> {
    const { exports } = this.machine;
    while (exports.qjs_is_job_pending() !== 0) {
      if ((await this.machine.runJob()) < 0) exports.qjs_free_value(exports.qjs_get_exception());
    }
  }

  /** Calls an entry function; an exception that leaves one (out of a timer's callback) fails the task. */
  async #call(entry: number, values: readonly number[]): Promise<number> {
    const box = await callGuest(this.machine, entry, values);
    if (this.machine.exports.qjs_is_exception(box) !== 0 && this.#settled === undefined) {
      const described = await callGuest(this.machine, this.image.entries.describe, [
        this.machine.exports.qjs_get_exception(),
      ]);
      this.#settled = { ok: false, json: readString(this.machine, described)?.text ?? "" };
    }
    return box;
  }

  #takeOutput(box: number): void {
    if (this.machine.exports.qjs_is_exception(box) !== 0) {
      this.#settled ??= { ok: false, json: "" };
      return;
    }
    const { outputBytes } = this.request.limits;
    const output = readString(this.machine, box, outputBytes);
    if (output === undefined) return;
    if (output.bytes > outputBytes)
      throw this.#note(limitStop("OUTPUT_LIMIT", "the output", outputBytes, "bytes", output.bytes));
    this.#settled ??= { ok: true, json: output.text };
  }

  async #checkUnobserved(): Promise<void> {
    const box = await callGuest(this.machine, this.image.entries.unobserved, []);
    const failure = readString(this.machine, box);
    if (failure !== undefined && this.#settled?.ok === true) this.#settled = { ok: false, json: failure.text };
  }

  /** A rejection nobody handled fails a task that otherwise ended well. */
  async #describeUnhandled(): Promise<void> {
    const [reason] = this.#unhandled.values();
    if (reason === undefined || this.#settled?.ok !== true) return;
    const box = await callGuest(this.machine, this.image.entries.describe, [reason]);
    this.#unhandledJson = readString(this.machine, box)?.text;
  }
  /** Runs guest code with the machine written off when anything but a normal return comes out of it. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProgramRefused)) this.broken = true;
      throw error;
    }
    if (this.#memoryRefused !== undefined) this.broken = true;
  }

  // Waiting and ending

  /** Waits for the promise, or for the end of the execution. */
  #interruptible<T>(promise: Promise<T>): Promise<T> {
    if (this.#stop !== undefined) return Promise.reject(this.#stop);
    this.#watch();
    this.port.waits();
    return new Promise<T>((resolve, reject) => {
      this.#interruptWait = reject;
      const done = () => {
        this.#interruptWait = undefined;
      };
      promise.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(error);
        },
      );
    });
  }

  /** Before the first wait: lets the deadline and a cancellation end it. Work that never waits needs neither. */
  #watch(): void {
    if (this.#deadlineTimer !== undefined) return;
    const left = Math.max(this.#deadline - performance.now(), 0);
    this.#deadlineTimer = setTimeout(() => this.#end(this.#timeStop()), left + 1);
    this.#forgetCancel = this.port.onCancel(() => this.#cancel());
    if (this.port.cancelled()) this.#cancel();
  }

  /** Ends everything the execution still has under way. */
  #dispose(): void {
    clearTimeout(this.#deadlineTimer);
    this.#forgetCancel?.();
    this.#deliveries.clear();
    this.#fetches.abortAll();
    this.machine.hooks = undefined;
  }

  #end(stop: Stop): void {
    this.#note(stop);
    this.#interruptWait?.(stop);
  }

  #note(stop: Stop): Stop {
    this.#stop ??= stop;
    return this.#stop;
  }

  /** Cancelled while waiting: the guest hears of it through its signal and has a moment; one that is suspended ends. */
  #cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#deadline = Math.min(this.#deadline, performance.now() + CANCEL_GRACE);
    this.#deliveries.push({ kind: DELIVERY.abort, index: 0 });
    setTimeout(() => this.#end(new Stop("CANCELLED", "the execution was cancelled")), 1);
  }

  #isPending(kind: number, index: number): boolean {
    return kind === DELIVERY.fetch ? this.#fetches.isOutstanding(index) : this.#subtle.outstanding > 0;
  }

  /** Fetches under way, or answered and not yet heard of by the guest. */
  #fetchesOpen(): boolean {
    return this.#fetches.outstanding > 0 || this.#deliveries.has(DELIVERY.fetch);
  }

  #anythingPending(): boolean {
    return this.#deliveries.timers > 0 || this.#fetches.outstanding > 0 || this.#subtle.outstanding > 0;
  }

  #neverSettles(): Stop {
    return new Stop("NEVER_SETTLED", "the task's promise can never settle: nothing it could wait for is under way");
  }

  #timeStop(): Stop {
    if (this.#cancelled) return new Stop("CANCELLED", "the execution was cancelled");
    return limitStop("TIME_LIMIT", "the execution", this.request.limits.timeMs, "ms");
  }

  #nothing(): number {
    return this.machine.exports.qjs_get_undefined();
  }

  #seedRandom(): void {
    new DataView(this.machine.exports.memory.buffer).setBigUint64(this.image.randomState, this.#seed, true);
  }

  // Outcome

  #result(failure: EngineFailure | undefined): EngineResult {
    const peakPages = Math.max(this.#peakPages, this.machine.pages);
    const journal = this.#source.journal();
    return {
      ...(failure === undefined ? { outputJson: this.#settled?.json ?? "null" } : { failure }),
      usage: {
        durationMs: performance.now() - this.#started,
        peakMemoryBytes: peakPages * PAGE,
        fetchCount: this.#fetches.count,
        fetchBytes: this.#fetches.bytes,
      },
      ...(journal === undefined ? {} : { journal }),
    };
  }

  #settledFailure(): EngineFailure | undefined {
    if (this.#settled?.ok === true) return undefined;
    const failure = parseFailure(this.#settled?.json ?? "");
    if (this.#memoryRefused !== undefined) return this.#memoryFailure();
    if (failure === undefined)
      return { code: "TASK_FAILED", message: "the task failed in a way that can't be shown", data: {} };
    const { error, phase } = failure;
    if (isStackOverflow(error)) return this.#stackFailure(error);
    if (phase === "output") {
      return { code: "INVALID_OUTPUT", message: `the output is not JSON: ${error.message}`, data: {}, guest: error };
    }
    return { code: "TASK_FAILED", message: `${error.name}: ${error.message}`, data: {}, guest: error };
  }

  #unhandledFailure(): EngineFailure | undefined {
    if (this.#unhandledJson === undefined) return undefined;
    const error = parseFailure(this.#unhandledJson)?.error ?? { name: "Error", message: "unknown" };
    return {
      code: "TASK_FAILED",
      message: `unhandled promise rejection: ${error.name}: ${error.message}`,
      data: {},
      guest: error,
    };
  }

  #memoryFailure(): EngineFailure {
    const { memoryBytes } = this.request.limits;
    if (this.#memoryRefused === "budget") {
      return { code: "MEMORY_LIMIT", message: "the memory budget of all guests together is spent", data: {} };
    }
    const { code, message, data } = limitStop("MEMORY_LIMIT", "the guest's memory", memoryBytes, "bytes");
    return { code, message, data };
  }

  #stackFailure(guest?: GuestError): EngineFailure {
    const { code, message, data } = limitStop("STACK_LIMIT", "the call stack", this.request.limits.stackBytes, "bytes");
    return { code, message, data, ...(guest === undefined ? {} : { guest }) };
  }
}

function parseFailure(json: string): GuestFailure | undefined {
  try {
    return JSON.parse(json) as GuestFailure;
  } catch {
    return undefined;
  }
}

/** The engine's own error for a stack that is full. */
function isStackOverflow(error: GuestError): boolean {
  return error.name === "RangeError" && error.message === "Maximum call stack size exceeded";
}
