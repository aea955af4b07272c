import type { SleepingGuest } from "../../../domain/durable.ts";
import type { Journal } from "../../../domain/recording.ts";
import { UTC } from "../../../domain/time-zone.ts";
import type { EngineRequest, EngineResult } from "../../engine/engine-request.ts";
import { cancelledStop, type Stop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";
import type { HostCallContext } from "../host/calls/call.ts";
import { GuestSubtle } from "../host/cryptography/subtle.ts";
import { Deliveries, type Outstanding } from "../host/deliveries.ts";
import type { GuestDurable } from "../host/durable/guest-durable.ts";
import { GuestCompression } from "../host/guest-compression.ts";
import { GuestFetches } from "../host/guest-fetches.ts";
import { GuestSockets } from "../host/guest-sockets.ts";
import { hostCalls } from "../host/host-calls.ts";
import { GuestIntl } from "../host/intl/guest-intl.ts";
import type { Nondeterminism } from "../host/journal-keeper.ts";
import { outstandingCalls } from "../host/outstanding.ts";
import { type MachineImage, PAGE } from "../machine/image.ts";
import type { Machine, MachineHooks } from "../machine/machine.ts";
import { GuestMemoryExhausted } from "../machine/values.ts";
import { completeTask, type DrivenGuest, driveTask, finishTask, loadTask } from "./drive-guest.ts";
import { sleepingGuest } from "./fall-asleep.ts";
import type { GuestAtRest } from "./guest-at-rest.ts";
import { GuestEntries } from "./guest-entries.ts";
import type { GuestRunContext, ProgramLoading } from "./guest-run-context.ts";
import { MemoryGuard } from "./memory-guard.ts";
import { Outcome, type OutcomeSurroundings } from "./outcome.ts";
import { ProgramRefused } from "./program-loading.ts";
import { Rejections } from "./rejections.ts";
import type { RunThread } from "./run-thread.ts";
import { type Sources, sourceFor, startDurable } from "./start-sources.ts";
import { Waits } from "./waits.ts";

/** One execution on one machine, from reset to outcome. */
export class GuestRun implements MachineHooks, DrivenGuest {
  readonly hostCall: MachineHooks["hostCall"];
  /** The machine can't be used again: it was interrupted, it trapped, or it ran out of memory. */
  broken = false;
  readonly machine: Machine;
  readonly image: MachineImage;
  readonly request: EngineRequest;
  readonly sharesOutputs: boolean;
  readonly guest: GuestEntries;
  readonly #started = performance.now();
  readonly seed: bigint;
  readonly #source: Nondeterminism;
  readonly memory: MemoryGuard;
  readonly waits: Waits;
  readonly outcome = new Outcome();
  readonly deliveries: Deliveries;
  readonly fetches: GuestFetches;
  readonly sockets: GuestSockets;
  readonly durable: GuestDurable | undefined;
  readonly #subtle: GuestSubtle;
  readonly #intl: GuestIntl;
  /** The task's time zone. */
  readonly timeZone: string;
  readonly #compression: GuestCompression;
  readonly outstanding: Outstanding;
  readonly rejections: Rejections;
  asleep: SleepingGuest | undefined;
  readonly #calls: HostCallContext;
  readonly #sources: Sources;
  readonly #thread: RunThread;
  readonly #slept: GuestAtRest | undefined;
  /** The program's top level runs now. */
  #loading = false;
  /** While it loaded, the program wrote to its console or looked at what differs between executions. */
  #loadWasSeen = false;

  constructor(context: GuestRunContext) {
    const { machine, image, request, port, thread } = context;
    const { limits } = request;
    this.machine = machine;
    this.image = image;
    this.request = request;
    this.sharesOutputs = thread.sharesOutputs;
    this.guest = new GuestEntries(machine, image.entries);
    this.waits = new Waits({
      started: this.#started,
      timeMs: limits.timeMs,
      workedMs: request.durable?.workedMs ?? 0,
      port,
      thread,
      onCancelled: () => this.deliveries.push({ kind: DELIVERY.abort, index: 0 }),
    });
    const sources = sourceFor(context);
    this.#sources = sources;
    this.#source = sources.source;
    this.#thread = thread;
    this.#slept = context.slept;
    this.seed = this.#source.seed();
    this.memory = new MemoryGuard(limits, port);
    this.deliveries = new Deliveries(this.#source);
    const stop = (stop: Stop) => this.waits.end(stop);
    const surroundings = { limits, port, stop, memory: this.memory, deliveries: this.deliveries };
    this.fetches = new GuestFetches({ ...surroundings, leftMs: () => this.waits.leftMs });
    this.sockets = new GuestSockets({ ...surroundings, source: this.#source, usage: this.fetches.usage });
    this.#subtle = new GuestSubtle({
      source: this.#source,
      gate: thread.gate,
      memory: this.memory,
      timeMs: limits.timeMs,
      charge: (work) => thread.time.during(this.waits.time, work),
      stop,
      deliver: (delivery) => this.deliveries.push(delivery),
    });
    this.timeZone = request.replay?.timeZone ?? request.timeZone;
    this.#intl = new GuestIntl({
      timeZone: this.timeZone,
      memory: this.memory,
      hostText: (make) => this.#source.hostText(make),
    });
    this.#compression = new GuestCompression(this.memory);
    const { run } = sources;
    const cleanUp = () => this.waits.cleanUp(limits.cleanupMs);
    this.durable = run && startDurable(run, { ...surroundings, request, slept: context.slept, cleanUp });
    const { fetches, sockets, durable } = this;
    this.outstanding = outstandingCalls({ fetches, sockets, durable, subtle: this.#subtle });
    this.rejections = new Rejections(machine);
    this.#calls = this.#hostCallContext(context);
    this.hostCall = this.#hostCalls();
    machine.hooks = this;
  }

  /**
   * Runs the task. Never rejects for anything that the guest did.
   * @param loading how to load the program; undefined if the machine has loaded it already
   */
  async run(loading: ProgramLoading | undefined): Promise<EngineResult> {
    try {
      await this.#guarded(async () => {
        this.#admit();
        if (loading !== undefined) {
          await this.#load(loading);
          loading.onLoaded?.(!this.#loadWasSeen && this.memory.refused === undefined);
        }
        if (this.#slept === undefined) await driveTask(this);
        else await this.#wake(this.#slept);
        const { stop } = this.waits;
        if (stop !== undefined) throw stop; // it came too late for the guest to meet it
        if (this.asleep === undefined) this.durable?.end();
      });
      if (this.asleep !== undefined) return { asleep: this.asleep, usage: this.#surroundings().usage };
      if (this.durable?.isCancelled === true) throw cancelledStop();
      return this.outcome.result(this.#surroundings());
    } catch (error) {
      return this.outcome.thrown(error, this.#surroundings());
    } finally {
      this.#dispose();
    }
  }

  fallAsleep(): SleepingGuest | undefined {
    const { machine, durable, waits, deliveries } = this;
    const { run } = this.#sources;
    const { sleeping } = this.#thread;
    const isHeld = deliveries.timersKept > 0 || this.#subtle.hasKeys || this.sockets.active > 0;
    if (run === undefined || durable === undefined || sleeping === undefined || isHeld) return undefined;
    return sleepingGuest(sleeping, { machine, durable, waits, run, calls: this.#calls });
  }

  /** Goes on with a guest that has slept. */
  #wake(slept: GuestAtRest): Promise<void> {
    this.fetches.wake(slept.fetches);
    this.#compression.wake(slept.compressions);
    this.#calls.logBytes = slept.logBytes;
    if (slept.cleanUpMs !== undefined) this.waits.cleanUp(slept.cleanUpMs);
    return finishTask(this);
  }

  // Machine hooks

  checkpoint(): boolean {
    return this.waits.checkpoint();
  }

  pause(): Promise<void> {
    return this.waits.pause();
  }

  mayGrow(bytes: number): boolean {
    return this.memory.growGuest(bytes);
  }

  clock(monotonic: boolean): bigint {
    this.#loadWasSeen ||= this.#loading;
    return this.#source.clock(monotonic);
  }

  fillRandom(bytes: Uint8Array): void {
    this.#loadWasSeen ||= this.#loading;
    this.#source.fillRandom(bytes);
  }

  timeZoneOffset(localTime: number): number {
    return this.timeZone === UTC ? 0 : this.#intl.localOffset(localTime);
  }

  rejection(promise: number, reason: number, handled: boolean): void {
    this.rejections.note(promise, reason, handled);
  }

  #hostCallContext({ machine, request, port, thread }: GuestRunContext): HostCallContext {
    return {
      machine,
      request,
      port,
      source: this.#source,
      deliveries: this.deliveries,
      fetches: this.fetches,
      subtle: this.#subtle,
      frames: thread.frames(request.program),
      intl: this.#intl,
      parts: thread.parts,
      compression: this.#compression,
      sockets: this.sockets,
      durable: this.durable,
      renewed: () => this.outcome.complete("null"),
      loading: () => this.#loading,
      loadWasSeen: () => {
        this.#loadWasSeen = true;
      },
      complete: (output) => completeTask(this, output),
      fail: (json) => this.outcome.fail(json),
      suspend: (promise) => this.waits.outside(promise),
      logBytes: 0,
    };
  }

  #hostCalls(): MachineHooks["hostCall"] {
    const call = hostCalls(this.#calls);
    return (operation, handles) => {
      this.waits.enterHost();
      return call(operation, handles);
    };
  }

  /** Everything that the guest was built from counts, before it has done anything. */
  #admit(): void {
    this.waits.throwIfCancelled();
    if (!this.mayGrow(this.machine.pages * PAGE)) throw new GuestMemoryExhausted();
  }

  /** Runs guest code. The machine is broken if anything but a normal return comes out of it. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ProgramRefused) || this.memory.refused !== undefined) this.broken = true;
      throw error;
    }
    if (this.memory.refused !== undefined) this.broken = true;
  }

  async #load({ compile }: ProgramLoading): Promise<void> {
    this.machine.setRandomState(this.image, this.seed);
    this.#loading = true;
    await loadTask(this, compile);
    this.#loading = false;
    this.#loadWasSeen ||= this.machine.randomState(this.image) !== this.seed;
  }

  #surroundings(): OutcomeSurroundings {
    this.waits.pauseTime();
    const usage = {
      durationMs: this.waits.workedMs,
      cpuMs: this.waits.time.ms,
      peakMemoryBytes: Math.max(this.memory.peakBytes, this.machine.pages * PAGE),
      fetchCount: this.fetches.usage.count,
      fetchBytes: this.fetches.usage.bytes,
    };
    const facts = { stop: this.waits.stop, memoryRefused: this.memory.refused, limits: this.request.limits };
    return { facts, usage, journal: this.#journal() };
  }

  /** Returns the journal, unless the sender wants none that says nothing. */
  #journal(): Journal | undefined {
    const journal = this.#source.journal();
    if (journal === undefined || this.request.maxJournalBytes === undefined) return journal;
    const { clock, random, hostTexts, deliveries } = journal;
    const isEmpty = clock.length + random.length + hostTexts.length + deliveries.length === 0;
    return isEmpty && this.machine.randomState(this.image) === this.seed ? undefined : journal;
  }

  /** Ends everything that the execution still has under way. */
  #dispose(): void {
    this.waits.close();
    this.deliveries.clear();
    this.fetches.abortAll();
    this.sockets.closeAll();
    this.durable?.close();
    this.#subtle.close();
    this.#intl.close();
    this.#compression.closeAll();
    this.memory.close();
    this.machine.hooks = undefined;
  }
}
