import type { DurableEvent, DurableMessage, DurableResult, SleepingGuest } from "../../../../domain/durable.ts";
import { Stop } from "../../../engine/stop.ts";
import { DELIVERY, DURABLE_DELIVERY } from "../../../host-operations.ts";
import type { DurableAtRest, EndedStep, GuestDurableContext } from "./durable-context.ts";
import { GuestRows } from "./guest-rows.ts";
import { GuestStream } from "./guest-stream.ts";
import { OPERATION_BYTES, type OpenOperation, waitOf } from "./open-operation.ts";
import { problemOf, readRequest, readResult, readStep } from "./read-request.ts";
import { RecordedOrder } from "./recorded-order.ts";
import { RunJournal } from "./run-journal.ts";

/** The durable operations of one execution: numbered, compared with what is recorded, and passed to the host of the run. */
export class GuestDurable {
  readonly #open = new Map<number, OpenOperation>();
  readonly #journal: RunJournal;
  readonly #order: RecordedOrder;
  readonly #stream: GuestStream;
  readonly rows: GuestRows;
  #withdrawn: number[] = [];
  /** The run was cancelled. */
  isCancelled = false;
  /** The host wants the guest to sleep, however short the wait may be. */
  #sleepsSoon = false;
  /** Since when the guest has nothing to do, by `performance.now()`. */
  #idleSince: number | undefined;
  #closed = false;

  constructor(readonly context: GuestDurableContext) {
    const { start, port, slept } = context;
    const send = (message: DurableMessage) => this.#send(message, false);
    this.rows = new GuestRows({ ...context, hasRows: start.rows === true, send });
    const { recorded = [] } = start;
    for (const { number, until } of slept?.open ?? []) this.#wait(number, 0, until);
    this.isCancelled = slept?.isCancelled ?? false;
    this.#stream = new GuestStream(context, (item, json) => this.#send({ type: "write", item, json }, true));
    this.#journal = new RunJournal(start, (from) => this.#diverge(from), slept);
    // A guest that has slept has had everything else that it has asked for.
    const unknown = recorded.filter(({ number }) => this.#open.has(number) || number > (slept?.operations ?? 0));
    this.#order = new RecordedOrder(unknown, ({ number, result }) => {
      if (result !== undefined) this.#settle(number, result);
    });
    port.listen((event) => this.#take(event));
    for (const number of this.#open.keys()) this.#order.ask(number);
    if (slept?.row !== undefined) this.rows.ask(slept.row);
    if (start.cancelled === true) this.#take({ type: "cancel" });
  }

  /** Does the guest wait for something? */
  get isWaiting(): boolean {
    return this.#open.size > 0 || this.#waitsForStream;
  }

  /** The guest waits for rows of its input, or for room in its stream. */
  get #waitsForStream(): boolean {
    return this.#stream.waitsForRoom || this.rows.waitsFor !== undefined;
  }

  /** Opens an operation. @returns its number, or what is wrong with the request. @throws {Stop} */
  ask(json: string): number | string {
    try {
      const request = readRequest(json);
      const { number, recorded } = this.#journal.next(request, json.length);
      this.#wait(number, json.length, request.kind === "sleep" ? request.until : undefined);
      if (recorded === undefined) this.#send({ type: "open", number, request }, true);
      this.#order.ask(number, recorded);
      return number;
    } catch (error) {
      return problemOf(error);
    }
  }

  /**
   * Begins a step.
   * @returns its number, how often its function has run, and its key, separated by spaces; only the number, if its result is
   * delivered; or "!" and what is wrong
   */
  beginStep(json: string): string {
    try {
      const request = readStep(json);
      const { number, recorded } = this.#journal.next(request, json.length);
      this.#wait(number, json.length).keeps = recorded === undefined;
      if (recorded?.result !== undefined) {
        this.#order.ask(number, recorded);
        return String(number);
      }
      if (recorded === undefined) this.context.steps.begin(number, 0);
      // The host has it only if its function runs again later.
      if (recorded !== undefined) this.#order.ask(number);
      return `${number} ${recorded?.attempts ?? 0} ${this.context.start.runKey}-${number}`;
    } catch (error) {
      return `!${problemOf(error)}`;
    }
  }

  /**
   * The function of a step has ended.
   * @returns what is wrong, if anything
   */
  endStep(number: number, { json, isLate, again }: EndedStep): string | undefined {
    const operation = this.#open.get(number);
    if (operation?.keeps !== true) return "there is no such step";
    try {
      this.context.steps.end(number, isLate);
      const request = readStep(json.request);
      const result = readResult(json.result);
      if (again !== undefined && !result.ok) {
        operation.keeps = false;
        this.#send({ type: "postpone", number, request, ...again, error: result.error }, true);
      } else {
        this.#journal.count(json.result.length);
        this.#hold(operation, json.result.length);
        this.#send({ type: "record", number, request, result }, true);
      }
      return undefined;
    } catch (error) {
      return problemOf(error);
    }
  }

  /** The function of a step runs again. @param attempts how often it has run */
  runStep(number: number, attempts: number): void {
    if (this.#open.get(number)?.keeps === true) this.context.steps.begin(number, attempts);
  }

  /** The run no longer wants the result of an operation. Those that it gives up at the same time go in one message. */
  withdraw(number: number): void {
    if (this.#open.get(number)?.keeps === false) this.#withdrawn.push(number);
  }

  /** The guest has done what it could: what it has withdrawn meanwhile is sent. */
  flush(): void {
    if (this.#withdrawn.length === 0) return;
    const numbers = this.#withdrawn;
    this.#withdrawn = [];
    this.#send({ type: "withdraw", numbers }, false);
  }

  /** The run has a stream. */
  readonly openStream = () => this.#send({ type: "stream" }, false);

  /** Writes an item of the stream. @returns what OPERATION.writeItem says */
  readonly write = (json: string) => this.#stream.write(json);

  /** Ends the run, which begins again with this input. */
  renew(input: string): void {
    this.#send({ type: "renew", input }, false);
  }

  /** The guest waits, and nothing but durable operations can end that. @returns false if nothing is there for it */
  idle(): boolean {
    return !this.#waitsForStream && this.#order.idle();
  }

  /** The guest has something to do again. */
  awake(): void {
    this.#idleSince = undefined;
  }

  /** Returns in how many ms the guest may go to sleep, if nothing happens until then; undefined if it stays awake. */
  sleepsIn(): number | undefined {
    const { sleepAfterMs } = this.context.start;
    this.#idleSince ??= performance.now();
    if (sleepAfterMs === undefined) return undefined;
    const isStreaming = this.#waitsForStream;
    const operations = waitOf(this.#open.values(), this.context.source.nowMs() + sleepAfterMs);
    const wait = isStreaming && (this.#open.size === 0 || operations === "long") ? "unknown" : operations;
    if (wait === "busy") return undefined;
    const isTime = this.#sleepsSoon || wait === "long" || performance.now() - this.#idleSince >= sleepAfterMs;
    if (!isTime) return this.#idleSince + sleepAfterMs - performance.now();
    // What is recorded is there, although what came before it the first time has not been asked for.
    return isStreaming && this.#order.idle() ? undefined : 0;
  }

  /** What is kept while the guest sleeps. */
  rest(): DurableAtRest {
    const open = [...this.#open].map(([number, { until }]) => ({ number, ...(until !== undefined && { until }) }));
    const { isCancelled, rows } = this;
    const { operations, bytes } = this.#journal;
    return { ...{ open, operations, bytes, isCancelled, row: rows.waitsFor }, ...this.#stream.rest() };
  }

  /** What the host of a guest that sleeps has to know of its streams. */
  streamWaits(): Pick<SleepingGuest, "row" | "room"> {
    const { waitsFor: row } = this.rows;
    return { ...(row !== undefined && { row }), ...(this.#stream.waitsForRoom && { room: this.#stream.taken }) };
  }

  /** The run has ended. @throws {Stop} JOURNAL_MISMATCH, if it is strict and something recorded was not asked for */
  end(): void {
    this.#journal.end();
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.#closed = true;
  }

  #diverge(from: number): void {
    this.#order.drop(from);
    this.#send({ type: "diverge", from, message: this.context.source.readings.forget() }, false);
  }

  #wait(number: number, bytes: number, until?: number): OpenOperation {
    const operation: OpenOperation = { keeps: false, held: 0 };
    if (until !== undefined) operation.until = until;
    this.#hold(operation, OPERATION_BYTES + bytes);
    this.#open.set(number, operation);
    return operation;
  }

  #hold(operation: OpenOperation, bytes: number): void {
    this.context.memory.require(bytes);
    operation.held += bytes;
  }

  /** @param hasReadings what was read since the last message belongs to this one */
  #send(message: DurableMessage, hasReadings: boolean): void {
    const { port, source, seed } = this.context;
    source.dropJournal();
    const readings = hasReadings ? source.readings.take() : undefined;
    port.send(readings === undefined ? message : ({ ...message, readings } as DurableMessage), seed());
  }

  #take(event: DurableEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case "settled":
        this.#happen(event.number, () => this.#settle(event.number, event.result));
        break;
      case "again":
        this.#happen(event.number, () => this.#again(event.number));
        break;
      case "room":
        return this.#stream.take(event.next);
      case "unread":
        return this.#stream.leave();
      case "rows":
        this.rows.take(event.result);
        break;
      case "cancel":
        this.#order.add(() => this.#cancel());
        break;
      case "sleep":
        this.#sleepsSoon = true;
        this.context.deliveries.look();
        break;
    }
  }

  /** Something has happened to an operation. The guest may not have asked for it yet, if it is repeated. */
  #happen(number: number, deliver: () => void): void {
    if (this.#open.has(number)) this.#order.add(deliver);
    else if (this.#journal.has(number)) this.#order.addFor(number, deliver);
  }

  #settle(number: number, result: DurableResult): void {
    const operation = this.#open.get(number);
    if (operation === undefined) return;
    const { memory, deliveries, stop, source } = this.context;
    this.#open.delete(number);
    const text = result.ok ? `+${result.json ?? ""}` : `-${JSON.stringify(result.error)}`;
    const tooMuch = memory.take(text.length);
    const delivered = () => {
      memory.release(operation.held + text.length);
      if (operation.until !== undefined && result.ok) source.reach(operation.until);
    };
    deliveries.push({ kind: DELIVERY.durable, index: number, text, delivered });
    if (tooMuch !== undefined) return stop(tooMuch);
    try {
      // What a step that has run now results in was counted when it ended.
      if (!operation.keeps) this.#journal.count(text.length);
    } catch (error) {
      if (error instanceof Stop) stop(error);
    }
  }

  #again(number: number): void {
    const operation = this.#open.get(number);
    if (operation === undefined) return;
    operation.keeps = true;
    this.context.deliveries.push({ kind: DELIVERY.durable, index: number, text: DURABLE_DELIVERY.again });
  }

  /** Everything that is open is given up, except what runs. */
  #cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    const { deliveries, memory, cleanUp } = this.context;
    const numbers = [...this.#open].flatMap(([number, { keeps }]) => (keeps ? [] : [number]));
    for (const number of numbers) memory.release(this.#open.get(number)?.held ?? 0);
    for (const number of numbers) this.#open.delete(number);
    // What they have started ends now, and not after the clean-up.
    if (numbers.length > 0) this.#send({ type: "withdraw", numbers }, false);
    const delivered = this.#stream.cancel();
    this.rows.cancel();
    deliveries.push({ kind: DELIVERY.durable, index: DURABLE_DELIVERY.cancel, delivered });
    deliveries.push({ kind: DELIVERY.abort, index: 0 });
    cleanUp();
  }
}
