import type { EngineFailure, EngineRequest, EngineResult, ExecutionPort } from "../../engine/engine-request.ts";
import { limitStop, Stop } from "../../engine/stop.ts";
import type { GuestStart } from "../../guest/main.ts";
import { DELIVERY } from "../../host-operations.ts";
import { GuestSubtle } from "../host/cryptography/subtle.ts";
import { Deliveries, type Delivery, type Outstanding } from "../host/deliveries.ts";
import { GuestFetches } from "../host/guest-fetches.ts";
import { hostCalls } from "../host/host-calls.ts";
import { ExecutionMemory } from "../host/host-memory.ts";
import { liveNondeterminism, type Nondeterminism, replayedNondeterminism } from "../host/journal-keeper.ts";
import { type MachineImage, PAGE } from "../machine/image.ts";
import type { Machine, MachineHooks } from "../machine/machine.ts";
import { callGuest, GuestMemoryExhausted, newBytes, newString, readString } from "../machine/values.ts";
import { type FailureFacts, settledFailure, thrownFailure } from "./failures.ts";
import { loadProgram, ProgramRefused, programFailure } from "./program-loading.ts";
import { Rejections } from "./rejections.ts";
import type { RunThread } from "./run-thread.ts";
import type { TimeAccount } from "./thread-time.ts";

const NEVER_SETTLES = "the task's promise can never settle: nothing it could wait for is under way";
/** Time a cancelled guest gets to react to its signal, ms. */
const CANCEL_GRACE = 50;

/** One execution on one machine, from reset to outcome. */
export class GuestRun implements MachineHooks {
  readonly hostCall: MachineHooks["hostCall"];
  /** The machine can't be used again: it was interrupted, trapped, or ran out of memory. */
  broken = false;
  #stop: Stop | undefined;
  #settled: { ok: boolean; json: string } | undefined;
  #loading = false;
  /** While it loaded, the program looked at what differs between executions, or logged. */
  #loadWasSeen = false;
  #unhandledJson: string | undefined;
  #cancelled = false;
  /** Ends the wait the guest is suspended in, or the host is in on its behalf. */
  #interruptWait: ((stop: Stop) => void) | undefined;
  readonly #rejections: Rejections;
  readonly #started = performance.now();
  readonly #time: TimeAccount = { ms: 0 };
  #deadlineTimer: ReturnType<typeof setTimeout> | undefined;
  #forgetCancel: (() => void) | undefined;
  readonly #seed: bigint;
  #deadline: number;
  readonly #source: Nondeterminism;
  readonly #memory: ExecutionMemory;
  readonly #deliveries: Deliveries;
  readonly #fetches: GuestFetches;
  readonly #subtle: GuestSubtle;

  constructor(
    private readonly machine: Machine,
    private readonly image: MachineImage,
    private readonly request: EngineRequest,
    private readonly port: ExecutionPort,
    private readonly thread: RunThread,
  ) {
    thread.time.turnTo(this.#time);
    this.#deadline = this.#started + request.limits.timeMs;
    this.#source =
      request.replay === undefined ? liveNondeterminism(request.record) : replayedNondeterminism(request.replay);
    this.#seed = this.#source.seed();
    this.#memory = new ExecutionMemory(request.limits, port);
    this.#deliveries = new Deliveries(this.#source);
    this.#fetches = new GuestFetches({
      limits: request.limits,
      port,
      memory: this.#memory,
      deliveries: this.#deliveries,
      stop: (stop) => this.#end(stop),
    });
    this.#subtle = new GuestSubtle({
      source: this.#source,
      gate: thread.gate,
      memory: this.#memory,
      timeMs: request.limits.timeMs,
      charge: (work) => thread.time.during(this.#time, work),
      stop: (stop) => this.#end(stop),
      deliver: (delivery) => this.#deliveries.push(delivery),
    });
    this.#rejections = new Rejections(machine);
    const answer = hostCalls({
      machine,
      request,
      port,
      source: this.#source,
      deliveries: this.#deliveries,
      fetches: this.#fetches,
      subtle: this.#subtle,
      frames: thread.frames(request.program),
      loading: () => this.#loading,
      loadWasSeen: () => {
        this.#loadWasSeen = true;
      },
      settle: (ok, json) => this.#settle(ok, json),
      suspend: (report) => this.#awaitOutside(report),
    });
    this.hostCall = (operation, boxes) => {
      if (this.#stop !== undefined) throw this.#stop;
      thread.time.turnTo(this.#time);
      return answer(operation, boxes);
    };
    machine.hooks = this;
  }

  /** Everything the guest was built from counts, before it has done anything. */
  #admit(): void {
    if (this.port.cancelled()) throw this.#note(new Stop("CANCELLED", "the execution was cancelled"));
    if (!this.mayGrow(this.machine.pages * PAGE)) throw new GuestMemoryExhausted();
  }

  /**
   * Runs the task. Never rejects for anything the guest did.
   * @param onLoaded given when the image is the bare base image: the program is loaded first, then this is called when
   * another execution may start from here
   */
  async run(onLoaded: (() => void) | undefined): Promise<EngineResult> {
    try {
      await this.#guarded(async () => {
        this.#admit();
        if (onLoaded !== undefined) {
          await this.#load();
          if (!this.#loadWasSeen) onLoaded();
        }
        await this.#drive();
        if (this.#stop !== undefined) throw this.#stop; // it came too late for the guest to meet it
      });
      return this.#result(settledFailure(this.#facts(), this.#settled, this.#unhandledJson));
    } catch (error) {
      return this.#result(thrownFailure(this.#facts(), error));
    } finally {
      this.#dispose();
    }
  }

  // Machine hooks

  checkpoint(): boolean {
    if (this.#stop !== undefined) throw this.#stop;
    this.thread.time.turnTo(this.#time);
    if (performance.now() > this.#deadline) throw this.#note(this.#timeStop());
    if (this.port.cancelled()) throw this.#note(new Stop("CANCELLED", "the execution was cancelled"));
    return this.thread.turns?.over() === true;
  }

  pause(): Promise<void> {
    return this.#interruptible(this.thread.turns?.pause(this) ?? Promise.resolve());
  }

  mayGrow(bytes: number): boolean {
    return this.#memory.growGuest(bytes);
  }

  clock(monotonic: boolean): bigint {
    this.#loadWasSeen ||= this.#loading;
    return this.#source.clock(monotonic);
  }

  fillRandom(bytes: Uint8Array): void {
    this.#source.fillRandom(bytes);
  }

  rejection(promise: number, reason: number, handled: boolean): void {
    this.#rejections.note(promise, reason, handled);
  }

  // Driving the guest

  async #load(): Promise<void> {
    this.machine.setRandomState(this.image, this.#seed);
    this.#loading = true;
    await loadProgram(this.machine, this.image.entries, this.request.program);
    await this.#runJobs();
    const rejected = this.#rejections.first();
    if (rejected !== undefined) {
      const description = await callGuest(this.machine, this.image.entries.describe, [rejected]);
      throw programFailure(this.request.program, readString(this.machine, description)?.text ?? "");
    }
    this.#loading = false;
    this.#loadWasSeen ||= this.machine.randomState(this.image) !== this.#seed;
  }

  async #drive(): Promise<void> {
    const { machine } = this;
    this.machine.setRandomState(this.image, this.#seed);
    const { context, inputJson, throwHttpErrors } = this.request;
    const start: GuestStart = { ...context, throwHttpErrors };
    const values = [newString(machine, inputJson), newString(machine, JSON.stringify(start))];
    const box = await callGuest(machine, this.image.entries.start, values);
    this.#takeOutput(box);
    await this.#runJobs();
    if (this.#settled !== undefined && !this.#fetchesOpen()) {
      if (this.#fetches.count > 0 || this.#fetches.unsent) await this.#checkUnobserved();
      return this.#describeUnhandled();
    }
    await this.#driveEvents();
    await this.#checkUnobserved();
    await this.#describeUnhandled();
  }

  /** Delivers what arrives until the task has ended and every fetch is finished. */
  async #driveEvents(): Promise<void> {
    while (this.#settled === undefined || this.#fetchesOpen()) {
      const delivery = this.#deliveries.next(this.#outstanding);
      if (delivery === undefined) {
        if (!this.#anythingPending()) throw this.#note(new Stop("NEVER_SETTLED", NEVER_SETTLES));
        await this.#awaitOutside(this.#deliveries.arrival());
        continue;
      }
      await this.#deliver(delivery);
      await this.#runJobs();
      if (this.#cancelled) throw this.#note(new Stop("CANCELLED", "the execution was cancelled"));
    }
  }

  async #runJobs(): Promise<void> {
    const { exports } = this.machine;
    this.thread.time.turnTo(this.#time);
    while (exports.qjs_is_job_pending() !== 0) {
      if ((await this.machine.runJob()) < 0) exports.qjs_free_value(exports.qjs_get_exception());
    }
  }

  /** Hands one thing to the guest; an exception that comes out of it (of a timer's callback) fails the task. */
  async #deliver(delivery: Delivery): Promise<void> {
    const { machine } = this;
    const { exports } = machine;
    const text = delivery.text === undefined ? this.#nothing() : newString(machine, delivery.text);
    const bytes = delivery.bytes === undefined ? this.#nothing() : newBytes(machine, delivery.bytes);
    delivery.delivered?.();
    const values = [exports.qjs_new_number(delivery.kind), exports.qjs_new_number(delivery.index), text, bytes];
    const box = await callGuest(machine, this.image.entries.deliver, values);
    if (exports.qjs_is_exception(box) !== 0) {
      const described = await callGuest(machine, this.image.entries.describe, [exports.qjs_get_exception()]);
      this.#settled ??= { ok: false, json: readString(machine, described)?.text ?? "" };
    }
    exports.qjs_free_value(box);
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
    this.#settle(true, output.text);
  }

  /** The text stays on the account until the pool has passed it on. */
  #settle(ok: boolean, json: string): void {
    if (this.#settled !== undefined) return;
    this.#memory.require(json.length);
    this.#settled = { ok, json };
  }

  async #checkUnobserved(): Promise<void> {
    const box = await callGuest(this.machine, this.image.entries.unobserved, []);
    const failure = readString(this.machine, box);
    if (failure !== undefined && this.#settled?.ok === true) this.#settled = { ok: false, json: failure.text };
  }

  /** A rejection nobody handled fails a task that otherwise ended well. */
  async #describeUnhandled(): Promise<void> {
    const reason = this.#rejections.first();
    if (reason === undefined || this.#settled?.ok !== true) return;
    const box = await callGuest(this.machine, this.image.entries.describe, [reason]);
    this.#unhandledJson = readString(this.machine, box)?.text;
  }
  /** Runs guest code with the machine written off when anything but a normal return comes out of it. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProgramRefused) || this.#memory.refused !== undefined) this.broken = true;
      throw error;
    }
    if (this.#memory.refused !== undefined) this.broken = true;
  }

  // Waiting and ending

  /** Waits for something outside: the thread is free until then. */
  #awaitOutside<T>(promise: Promise<T>): Promise<T> {
    this.thread.turns?.leave(this);
    this.thread.time.turnFrom(this.#time);
    if (this.#stop === undefined) this.port.waits();
    return this.#interruptible(promise);
  }

  /** Waits for the promise, or for the end of the execution. */
  #interruptible<T>(promise: Promise<T>): Promise<T> {
    if (this.#stop !== undefined) return Promise.reject(this.#stop);
    this.#watch();
    const goingOn =
      <V>(pass: (value: V) => void) =>
      (value: V) => {
        this.#interruptWait = undefined;
        this.thread.time.turnTo(this.#time);
        this.port.resumes();
        pass(value);
      };
    return new Promise<T>((resolve, reject) => {
      this.#interruptWait = reject;
      promise.then(goingOn(resolve), goingOn(reject));
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
    this.thread.turns?.leave(this);
    this.#forgetCancel?.();
    this.#deliveries.clear();
    this.#fetches.abortAll();
    this.#subtle.close();
    this.#memory.close();
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

  readonly #outstanding: Outstanding = {
    has: (kind, index) =>
      kind === DELIVERY.fetch
        ? this.#fetches.isOutstanding(index)
        : kind === DELIVERY.subtle && this.#subtle.outstanding > 0,
    any: () => this.#fetches.outstanding > 0 || this.#subtle.outstanding > 0,
  };

  /** Fetches under way, or answered and not yet heard of by the guest. */
  #fetchesOpen(): boolean {
    return this.#fetches.outstanding > 0 || this.#deliveries.has(DELIVERY.fetch);
  }

  #anythingPending(): boolean {
    return this.#deliveries.timers > 0 || this.#outstanding.any();
  }

  #timeStop(): Stop {
    if (this.#cancelled) return new Stop("CANCELLED", "the execution was cancelled");
    return limitStop("TIME_LIMIT", "the execution", this.request.limits.timeMs, "ms");
  }

  #nothing(): number {
    return this.machine.exports.qjs_get_undefined();
  }

  // Outcome

  #facts(): FailureFacts {
    return { stop: this.#stop, memoryRefused: this.#memory.refused, limits: this.request.limits };
  }

  #result(failure: EngineFailure | undefined): EngineResult {
    const journal = this.#source.journal();
    this.thread.time.turnFrom(this.#time);
    return {
      ...(failure === undefined ? { outputJson: this.#settled?.json ?? "null" } : { failure }),
      usage: {
        durationMs: performance.now() - this.#started,
        cpuMs: this.#time.ms,
        peakMemoryBytes: Math.max(this.#memory.peakBytes, this.machine.pages * PAGE),
        fetchCount: this.#fetches.count,
        fetchBytes: this.#fetches.bytes,
      },
      ...(journal === undefined ? {} : { journal }),
    };
  }
}
