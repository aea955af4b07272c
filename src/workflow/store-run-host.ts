import type { DurableEvent, DurableMessage, DurableStart, SleepingGuest } from "../domain/durable.ts";
import type { RatchetError } from "../domain/errors.ts";
import type { StoredError } from "../domain/job.ts";
import { readText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import type { AttemptOutcome } from "../execution/attempt.ts";
import { streamedRenewal } from "../execution/durable/memory/child-streams.ts";
import { completed } from "../execution/durable/results.ts";
import { type EarlyResult, needsAttention, type RunHost, type RunSurroundings } from "../queue/run-host.ts";
import { storedError } from "../queue/stored-error.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { AttemptResult } from "../store/contract/jobs.ts";
import type { Settlement } from "../store/contract/runs.ts";
import { imageName, type LoadedRun, loadRun } from "./load-run.ts";
import { ReadStream } from "./read-stream.ts";
import { createRunDepth } from "./run-depth.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import { newRunKey, type RunIdentity, RunJournal } from "./run-journal.ts";
import { RunOperations } from "./run-operations.ts";
import { settlementResult } from "./settlement-result.ts";
import { WrittenStream } from "./written-stream.ts";

const CANCELLED: StoredError = { code: "CANCELLED", message: "The job was cancelled." };

/** The host of one run, which keeps its journal in the store. */
export class StoreRunHost implements RunHost {
  readonly #identity: RunIdentity;
  readonly #journal: RunJournal;
  readonly #operations: RunOperations;
  readonly #written: WrittenStream;
  readonly #rows: ReadStream;
  #loaded: LoadedRun | undefined;
  #task: TaskDefinition | undefined;
  #send: ((event: DurableEvent) => void) | undefined;
  /** What has happened while the guest could not be told, or was not to be. */
  #untold: DurableEvent[] = [];
  /** Results reach the guest in their order. */
  #telling: Promise<void> = Promise.resolve();
  #isCancelled: boolean;
  /** It goes to sleep as soon as it can. */
  #isHurried = false;
  /** It goes to sleep, and learns nothing more. */
  #isPaused = false;
  #isClosed = false;
  /** The input with which the run begins again. */
  #renewed: string | undefined;

  constructor(
    private readonly options: RunHostOptions,
    private readonly surroundings: RunSurroundings,
    loaded: LoadedRun | undefined,
  ) {
    this.#loaded = loaded;
    this.#identity = { runKey: loaded?.runKey ?? newRunKey(), seed: loaded?.seed };
    this.#isCancelled = loaded?.isCancelled ?? false;
    this.#isPaused = loaded?.isPausing ?? false;
    const { claimed } = surroundings;
    const keepFiles =
      loaded === undefined ? (version: string) => options.keepVersion(claimed.job.taskId, version) : undefined;
    const journal = new RunJournal(surroundings, options.protection, this.#identity, keepFiles);
    this.#journal = journal;
    const around = {
      ...{ options, claimed, journal },
      task: () => this.#runningTask(),
      post: (event: DurableEvent) => this.#post(event),
      onLost: () => this.close(),
    };
    this.#operations = new RunOperations({
      ...around,
      depth: createRunDepth(surroundings, options.runs),
      warn: surroundings.warn,
    });
    this.#written = new WrittenStream(around);
    this.#rows = new ReadStream(around);
    if (loaded !== undefined) this.#operations.restore(loaded);
  }

  get version(): string | undefined {
    return this.#loaded?.version;
  }

  session(task: TaskDefinition): DurableSession {
    this.#task = task;
    this.#journal.keepVersion(task.metadata.version);
    return {
      start: this.#start(),
      attach: (send) => {
        this.#send = send;
        if (this.#isPaused || this.#isHurried) send({ type: "sleep" });
        this.#tellUntold();
        this.#written.attach();
        this.#operations.start();
      },
      receive: (message, seed) => {
        this.#identity.seed ??= seed;
        this.#receive(message);
      },
    };
  }

  settle(settlement: Settlement): void {
    this.#telling = this.#telling.then(() => this.#tell(settlement)).catch(this.options.onError);
  }

  startedEarly(number: number, jobId: number): void {
    this.#operations.startedEarly(number, jobId);
  }

  tellEarly({ number, jobId, outputJson }: EarlyResult): boolean {
    if (this.#isClosed || this.#isPaused) return false;
    return this.#operations.tellEarly(number, jobId, completed(readText(outputJson)));
  }

  settledElsewhere(numbers: readonly number[]): void {
    const { executionId } = this.surroundings.claimed;
    this.#operations.add(
      this.options.runs.settlements(executionId, numbers).then((settlements) => {
        for (const settlement of settlements) this.settle(settlement);
        const settled = new Set(settlements.map(({ number }) => number));
        for (const number of numbers) if (!settled.has(number)) this.#operations.lookForSignal(number);
      }),
    );
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    // It is not paused any more, either.
    this.resume();
    this.#post({ type: "cancel" });
  }

  pause(): void {
    this.#isPaused = true;
    this.#send?.({ type: "sleep" });
  }

  resume(): void {
    this.#isPaused = false;
    this.#tellUntold();
  }

  hurry(): void {
    this.#isHurried = true;
    if (!this.#isClosed) this.#send?.({ type: "sleep" });
  }

  close(): void {
    this.#isClosed = true;
    this.#operations.stopTime();
    this.#rows.close();
    this.#written.close();
  }

  waitsFor(): readonly string[] | undefined {
    return this.#journal.hasBegun ? this.#operations.openNames() : undefined;
  }

  async end({ result, usage }: AttemptOutcome): Promise<AttemptResult | "again" | undefined> {
    if (this.#operations.isBusy) this.surroundings.storeNow();
    await this.#operations.done();
    this.#operations.stopTime();
    if (result.status === "asleep") return this.#asleep(result.guest, usage?.durationMs ?? 0);
    if (result.status === "failed") {
      if (result.error.code === "IMAGE_UNREADABLE") return this.#startOver();
      if (result.error.code === "JOURNAL_MISMATCH") return { kind: "attention", error: storedError(result.error) };
    }
    this.close();
    // It may be all that the run has ever asked for.
    if (this.#renewed !== undefined && !this.#isCancelled) return this.#begunAgain(this.#renewed);
    if (!this.#journal.hasBegun) return undefined;
    if (this.#isCancelled) return { kind: "stopped", error: CANCELLED };
    return undefined;
  }

  /** A stream between steps can't begin again. */
  async #begunAgain(inputJson: string): Promise<AttemptResult> {
    const failed = (error: RatchetError): AttemptResult => ({ kind: "failed", error: storedError(error) });
    if (this.surroundings.claimed.job.stream !== null) {
      return failed(streamedRenewal());
    }
    try {
      // It is stored as any input of a job: without the values of secrets.
      return { kind: "renewed", inputJson: await this.options.protection.protect(inputJson) };
    } catch (error) {
      return failed(toRatchetError(error));
    }
  }

  #start(): DurableStart {
    const { sleepAfterMs } = this.options;
    const loaded = this.#loaded?.start ?? { runKey: this.#identity.runKey };
    // How many items are taken is told as soon as the guest listens.
    const streams = { ...(this.#rows.isInput && { rows: true }), ...(this.#written.isRead && { taken: 0 }) };
    return { ...loaded, ...streams, sleepAfterMs, cancelled: this.#isCancelled };
  }

  #runningTask(): TaskDefinition {
    if (this.#task === undefined) throw new Error("the run has no task yet");
    return this.#task;
  }

  #post(event: DurableEvent): void {
    this.#untold.push(event);
    this.#tellUntold();
  }

  #tellUntold(): void {
    if (this.#isClosed || this.#isPaused || this.#send === undefined) return;
    for (const event of this.#untold.splice(0)) this.#send(event);
  }

  #receive(message: DurableMessage): void {
    if (this.#isClosed) return;
    if (message.type === "renew") this.#renewed = message.input;
    else if (message.type === "write") this.#operations.add(this.#written.write(message));
    else if (message.type === "read") this.#rows.read(message.from);
    else if (message.type === "close") this.#rows.stop();
    else this.#operations.receive(message);
  }

  async #tell(settlement: Settlement): Promise<void> {
    const { protection, labelOf } = this.options;
    const asked = this.#operations.asked(settlement.number);
    if (asked === undefined) return;
    this.#operations.tell(settlement.number, await settlementResult(settlement, { protection, labelOf, asked }));
  }

  async #asleep(guest: SleepingGuest, addedMs: number): Promise<AttemptResult> {
    const { image, engine, open, operations, readings, readingsFrom, cancelled, room, row } = guest;
    const { executionId } = this.surroundings.claimed;
    await this.#rows.rest();
    // A run that only reads has stored nothing so far.
    if (readings !== undefined || !this.#journal.hasBegun) await this.#journal.write([], readings);
    await this.options.engines.keep(engine);
    const sealed = await this.options.protection.seal(imageName(executionId), image);
    this.close();
    this.options.onMeasured?.({ what: "sleep", imageBytes: sealed.byteLength });
    const workedMs = (this.#loaded?.start.workedMs ?? 0) + addedMs;
    return {
      kind: "asleep",
      image: sealed,
      engine,
      ...{ open, operations, readingsFrom, room, row },
      workedMs,
      paused: this.#isPaused,
      // Not whether it was told: it may have slept already.
      toldCancelled: cancelled === true,
    };
  }

  /** Drops an image that can't be used. The run starts over its journal, and must not go another way. */
  async #startOver(): Promise<AttemptResult | "again"> {
    const { executionId } = this.surroundings.claimed;
    this.#send = undefined;
    await this.options.runs.dropImage(executionId);
    try {
      this.#loaded = await loadRun(this.options, { executionId, strict: true });
    } catch (error) {
      const known = toRatchetError(error);
      if (needsAttention(known)) return { kind: "attention", error: storedError(known) };
      throw known;
    }
    this.#operations.restore(this.#loaded);
    return "again";
  }
}
