import type { DurableEvent, DurableMessage, DurableRequest, DurableResult } from "../domain/durable.ts";
import { RatchetError } from "../domain/errors.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import { durableFailure } from "../execution/durable/failures.ts";
import { nearFanOut, passedOver } from "../execution/durable/limit-warnings.ts";
import { cancelled, completed, failed } from "../execution/durable/results.ts";
import type { KeptSignal, NewOperation, RunChange, RunWritten } from "../store/contract/runs.ts";
import { resultWhenDue } from "./due-result.ts";
import { createDueTimes, type DueTimes } from "./due-times.ts";
import type { LoadedRun } from "./load-run.ts";
import { nameOf, newOperation } from "./new-operation.ts";
import { isPlainCall } from "./open-children.ts";
import { childOf, type OpenOperation, sourceOf } from "./open-operation.ts";
import { type PreparingHost, prepareOperation } from "./prepare-operation.ts";
import { requestText } from "./stored-request.ts";
import { takeFitting } from "./take-signal.ts";
import { Work } from "./work.ts";

type Message<T extends DurableMessage["type"]> = Extract<DurableMessage, { type: T }>;

/** How many kept signals are looked at together. */
const SIGNALS_AT_A_TIME = 100;

/** What operations need of their host. */
export interface OperationsHost extends PreparingHost {
  /** Tells the guest something. */
  post: (event: DurableEvent) => void;
  /** The job is no longer this worker's. */
  onLost: () => void;
  /** Adds a line to the console of the execution. */
  warn: (message: string) => void;
}

/** The operations of one run: carries out what the guest asks for, and records it. */
export class RunOperations {
  readonly #open = new Map<number, OpenOperation>();
  /** Signals that were kept while a wait for them was open, by the number of the wait. */
  #kept: LoadedRun["kept"] = {};
  readonly #due: DueTimes;
  readonly #work: Work;
  /** Work for one operation is done in its order. */
  readonly #busy = new Map<number, Promise<void>>();
  /** Operations that something is about to settle: the passing of time, or the run itself. */
  readonly #settling = new Set<number>();
  /** Children may start before they are stored. Not if one of them may be what has brought down the process. */
  #mayBeEarly: boolean;
  /** Resolves when what no longer holds is gone from the journal. */
  #diverged: Promise<void> | undefined;

  constructor(private readonly host: OperationsHost) {
    const { clock, onError } = host.options;
    this.#due = createDueTimes(clock, (number) => {
      this.#settling.add(number);
      this.#run(number, () => this.#whenDue(number));
    });
    this.#work = new Work(onError);
    this.#mayBeEarly = host.claimed.job.rescues === 0;
  }

  /** Goes on with operations that are open. */
  restore({ open, kept }: Pick<LoadedRun, "open" | "kept">): void {
    this.#due.clearAll();
    this.#open.clear();
    for (const [number, operation] of open) this.#open.set(number, operation);
    this.#kept = kept;
  }

  /** Time passes for the operations from now on, and signals that were kept for them are taken. */
  start(): void {
    for (const [number, signals] of Object.entries(this.#kept)) {
      this.#run(Number(number), () => this.#takeSignal(Number(number), signals));
    }
    for (const [number, { dueAt }] of this.#open) if (dueAt !== null) this.#due.set(number, dueAt);
  }

  stopTime(): void {
    this.#due.clearAll();
  }

  /** What was asked for at a number that has no result yet. */
  asked(number: number): OpenOperation | undefined {
    return this.#open.get(number);
  }

  /** What is open, such as `wait paid`. */
  openNames(): string[] {
    return [...this.#open.values()].map(({ request }) => `${request.kind} ${request.label ?? nameOf(request)}`);
  }

  /** Adds work that has to be done before the run may end. */
  add(work: Promise<unknown>): void {
    this.#work.add(work);
  }

  /** Is something that the guest has asked for not on the disk yet? */
  get isBusy(): boolean {
    return this.#work.isUnderWay;
  }

  /** Resolves when everything that the guest has asked for is on the disk. */
  done(): Promise<void> {
    return this.#work.done();
  }

  /** Tells the guest a result, unless it knows one already. */
  tell(number: number, result: DurableResult): void {
    if (!this.#open.delete(number)) return;
    this.#due.clear(number);
    this.#settling.delete(number);
    this.host.post({ type: "settled", number, result });
  }

  /** The child of a call has started, although that is not stored yet. */
  startedEarly(number: number, jobId: number): void {
    const operation = this.#open.get(number);
    if (operation !== undefined) operation.childJobId = jobId;
  }

  /**
   * Tells the guest the result of a call that is not stored yet, if the run waits for nothing else: then the order of its results
   * does not depend on what is being stored.
   * @returns whether it knows the result now
   */
  tellEarly(number: number, jobId: number, result: DurableResult): boolean {
    if (!this.#isOnlyOne(number) || this.#open.get(number)?.childJobId !== jobId) return false;
    this.tell(number, result);
    return true;
  }

  /** Is this operation all that the run waits for, without anything under way that may settle it? */
  #isOnlyOne(number: number): boolean {
    return this.#open.size === 1 && this.#open.has(number) && !this.#settling.has(number);
  }

  /** A signal may have been kept for a wait that was open. */
  lookForSignal(number: number): void {
    const { options, claimed } = this.host;
    this.#run(number, async () => {
      const request = this.#open.get(number)?.request;
      if (request?.kind !== "wait") return;
      await this.#takeSignal(number, await options.runs.kept(claimed.job.id, request.name, SIGNALS_AT_A_TIME));
    });
  }

  /** Carries out what the guest asks for. */
  receive(message: DurableMessage): void {
    switch (message.type) {
      case "open":
        this.#note(message.number, message.request);
        return this.#run(message.number, () => this.#begin(message), this.#sourceOf(message.request));
      case "record":
        this.#note(message.number, message.request);
        return this.#run(message.number, () => this.#record(message));
      case "postpone":
        return this.#run(message.number, () => this.#postpone(message));
      case "withdraw":
        for (const number of message.numbers) {
          this.#settling.add(number);
          this.#run(number, () => this.#settle(number, cancelled("the operation"), true));
        }
        return;
      case "diverge":
        this.#diverged = this.#diverge(message, this.#diverged);
        return this.#work.add(this.#diverged);
    }
  }

  #note(number: number, request: DurableRequest): void {
    const attempts = this.#open.get(number)?.attempts ?? 0;
    this.#open.set(number, { request, refused: {}, dueAt: null, attempts });
    this.host.options.onMeasured?.({ what: "operation", method: request.kind });
  }

  /** Does work for an operation, after what is under way for it. If that is not possible, the operation rejects. */
  #run(number: number, work: () => Promise<void>, after?: Promise<void>): void {
    const before = [this.#busy.get(number), this.#diverged, after].filter((one) => one !== undefined);
    const all = (before.length === 0 ? work() : Promise.all(before).then(work)).catch((error) =>
      this.#refuse(number, error),
    );
    this.#busy.set(number, all);
    this.#work.add(
      all.finally(() => {
        if (this.#busy.get(number) === all) this.#busy.delete(number);
      }),
    );
  }

  /** A call that reads the stream of another one is stored after that. */
  #sourceOf(request: DurableRequest): Promise<void> | undefined {
    const source = request.kind === "call" ? sourceOf(request, this.#open) : undefined;
    return source === undefined ? undefined : this.#busy.get(source);
  }

  #refuse(number: number, error: unknown): void {
    // The run may know the result already, and the next operation has to be refused in time.
    this.#mayBeEarly = false;
    if (!(error instanceof RatchetError)) this.host.options.onError(error);
    const { code, message, data } = toRatchetError(error, "Ratchet failed to carry out what the task has asked for.");
    this.tell(number, failed(durableFailure({ code, message, data }, undefined)));
  }

  async #begin({ number, request, readings }: Message<"open">): Promise<void> {
    const { operation, result, open } = await prepareOperation(this.host, number, request);
    this.#open.set(number, open);
    const early = result === undefined && this.#mayBeEarly && isPlainCall(request) && this.#isOnlyOne(number);
    const written = await this.host.journal.write([{ type: "open", operation, early }], readings);
    if (!written.owned) this.host.onLost();
    else if (result !== undefined) this.tell(number, result);
    else {
      const many = nearFanOut(request);
      if (many !== undefined) this.host.warn(many);
      await this.#opened(number, written);
    }
  }

  /** The operation is on the disk. */
  async #opened(number: number, { children, kept }: RunWritten): Promise<void> {
    const operation = this.#open.get(number);
    if (operation === undefined) return;
    const { request, dueAt } = operation;
    if (request.kind === "call" && request.detached === true) {
      const jobId = String(children[number]?.[0] ?? "");
      return this.#settle(number, completed(JSON.stringify({ jobId, executionId: null })));
    }
    operation.childJobId = children[number]?.[0] ?? null;
    if (dueAt !== null) this.#due.set(number, dueAt);
    await this.#takeSignal(number, kept[number] ?? []);
  }

  async #takeSignal(number: number, kept: readonly KeptSignal[]): Promise<void> {
    const { journal, onLost, warn } = this.host;
    const request = this.#open.get(number)?.request;
    if (request?.kind !== "wait" || kept.length === 0) return;
    const { changes, result } = await takeFitting(this.host, { number, request }, kept);
    const { owned, late } = await journal.write(changes);
    if (!owned) return onLost();
    for (const change of changes) if (change.type === "pass") warn(passedOver(request.name, change.reason));
    if (result !== undefined && !late.includes(number)) this.tell(number, result);
  }

  async #record({ number, request, result, readings }: Message<"record">): Promise<void> {
    const { journal, onLost } = this.host;
    const operation = await this.#stepOperation(number, request, null);
    const attempts = (this.#open.get(number)?.attempts ?? 0) + 1;
    const change: RunChange = { type: "record", operation, attempts, result: await journal.stored(result) };
    const { owned } = await journal.write([change], readings);
    if (owned) this.tell(number, result);
    else onLost();
  }

  async #postpone({ number, request, attempts, delayMs, readings }: Message<"postpone">): Promise<void> {
    const { journal, options, onLost } = this.host;
    const dueAt = Math.ceil(options.clock.now() + delayMs);
    const operation = await this.#stepOperation(number, request, dueAt);
    this.#open.set(number, { request, refused: {}, dueAt, attempts });
    const { owned } = await journal.write([{ type: "postpone", operation, attempts }], readings);
    if (owned) this.#due.set(number, dueAt);
    else onLost();
  }

  async #stepOperation(number: number, request: DurableRequest, dueAt: number | null): Promise<NewOperation> {
    return newOperation(number, request, { stored: await this.host.journal.protect(requestText(request)), dueAt });
  }

  async #diverge({ from, message }: Message<"diverge">, before: Promise<void> | undefined): Promise<void> {
    const busy = [...this.#busy].filter(([number]) => number >= from).map(([, work]) => work);
    for (const number of [...this.#open.keys()]) {
      if (number < from) continue;
      this.#open.delete(number);
      this.#due.clear(number);
    }
    await Promise.all([before, ...busy]);
    await this.host.journal.write([{ type: "diverge", from, message }]);
  }

  /** Time has passed for an operation. */
  async #whenDue(number: number): Promise<void> {
    const operation = this.#open.get(number);
    if (operation === undefined) return;
    if (operation.request.kind === "step") this.host.post({ type: "again", number });
    else {
      const now = this.host.options.clock.now();
      await this.#settle(number, resultWhenDue(operation.request, now, childOf(operation)));
    }
  }

  async #settle(number: number, result: DurableResult, isWithdrawn = false): Promise<void> {
    const { journal, onLost } = this.host;
    if (!this.#open.has(number)) return;
    const change: RunChange = { type: "settle", number, result: await journal.stored(result), isWithdrawn };
    const { owned, late } = await journal.write([change]);
    if (!owned) onLost();
    else if (!late.includes(number)) this.tell(number, result);
  }
}
