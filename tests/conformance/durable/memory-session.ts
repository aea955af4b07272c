import type {
  DurableEvent,
  DurableMessage,
  DurableRequest,
  DurableResult,
  DurableStart,
  ReadingsSince,
  RecordedOperation,
} from "../../../src/domain/durable.ts";
import type { DurableSession } from "../../../src/sandbox/executor.ts";

/** How a host answers an operation. `later` keeps it open until {@link MemorySession.settle}. */
export type Answer = DurableResult | "later";

/** What a session does with what a run asks for. */
export interface MemoryHost {
  /** @default sleeps end at once, and everything else resolves to null */
  answer?: (request: DurableRequest, number: number) => Answer | Promise<Answer>;
  /** Runs steps again at once. @default true */
  repeatsSteps?: boolean;
  /** Records steps in the order of everything else that is answered in turns. @default at once */
  recordsInTurns?: boolean;
  /** Carries out what was open when the run went to sleep. @default false */
  carriesOn?: boolean;
  /** Says that items were received. @default as soon as they are written */
  receives?: (item: number) => number | undefined;
  /** Answers a read of rows. Undefined keeps it open. @default nothing can be read */
  reads?: (from: number) => DurableResult | undefined;
}

export const resolved = (value?: unknown): DurableResult =>
  value === undefined ? { ok: true } : { ok: true, json: JSON.stringify(value) };

export const rejected = (name: string, message: string, more: object = {}): DurableResult => ({
  ok: false,
  error: { name, message, ...more },
});

/** A host of a run that keeps everything in memory, for tests of the engine alone. */
export class MemorySession implements DurableSession {
  readonly messages: DurableMessage[] = [];
  /** The journal, by number. */
  readonly journal = new Map<number, RecordedOperation>();
  readonly readings = new Map<number, ReadingsSince>();
  readonly items: string[] = [];
  seed = "";
  renewed: string | undefined;
  #send: ((event: DurableEvent) => void) | undefined;
  #order = 0;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  constructor(
    readonly start: DurableStart = { runKey: "run" },
    private readonly host: MemoryHost = {},
  ) {
    for (const operation of start.recorded ?? []) {
      this.journal.set(operation.number, structuredClone(operation));
      this.#order = Math.max(this.#order, operation.order ?? 0);
    }
    for (const readings of start.readings ?? []) this.readings.set(readings.message, readings);
    this.items.length = start.items ?? 0;
    this.seed = start.seed ?? "";
  }

  /** What another execution of the run begins with. */
  again(more: Partial<DurableStart> = {}): DurableStart {
    return {
      ...{ runKey: this.start.runKey, seed: this.seed },
      recorded: structuredClone([...this.journal.values()].sort((a, b) => a.number - b.number)),
      readings: [...this.readings.values()].sort((a, b) => a.message - b.message),
      items: this.items.length,
      ...more,
    };
  }

  /** The kinds of the messages, with the numbers of their operations. */
  get asked(): string[] {
    return this.messages.map((message) => {
      if (message.type === "open") return `${message.number} ${message.request.kind}`;
      if (message.type === "record" || message.type === "postpone") return `${message.number} ${message.type}`;
      return message.type;
    });
  }

  /** Resolves when an operation of this number was asked for. */
  async until(number: number): Promise<void> {
    if (this.journal.has(number)) return;
    await this.#waitFor(String(number));
  }

  /** Resolves when an item of this number was written. */
  async untilItem(item: number): Promise<void> {
    if (this.items.length > item) return;
    await this.#waitFor(`item ${item}`);
  }

  /** Resolves when one of these operations is settled, or may run again. */
  async untilSettled(numbers: readonly number[]): Promise<void> {
    const hasEnded = (number: number) => {
      const { result, attempts } = this.journal.get(number) ?? {};
      return result !== undefined || attempts !== undefined;
    };
    if (!numbers.some(hasEnded)) await Promise.race(numbers.map((number) => this.#waitFor(`end ${number}`)));
  }

  attach(send: (event: DurableEvent) => void): void {
    this.#send = send;
    if (this.host.carriesOn !== true) return;
    for (const { number, request, result, attempts } of this.journal.values()) {
      if (result !== undefined) continue;
      if (request.kind !== "step") void this.#answer(number, request);
      else if (attempts !== undefined) this.send({ type: "again", number });
    }
  }

  send(event: DurableEvent): void {
    this.#send?.(event);
  }

  settle(number: number, result: DurableResult): void {
    const operation = this.journal.get(number);
    if (operation !== undefined && operation.result === undefined) {
      this.#order += 1;
      operation.order = this.#order;
      operation.result = result;
    }
    this.send({ type: "settled", number, result });
    this.#told(`end ${number}`);
  }

  receive(message: DurableMessage, seed: string): void {
    this.messages.push(message);
    this.seed = seed;
    if ("readings" in message && message.readings !== undefined) {
      this.readings.set(message.readings.message, message.readings);
    }
    switch (message.type) {
      case "open":
        this.journal.set(message.number, { number: message.number, request: message.request });
        void this.#answer(message.number, message.request);
        break;
      case "record":
        this.journal.set(message.number, { number: message.number, request: message.request });
        if (this.host.recordsInTurns === true) setImmediate(() => this.settle(message.number, message.result));
        else this.settle(message.number, message.result);
        break;
      case "postpone": {
        const { number, request, attempts } = message;
        this.journal.set(number, { number, request, attempts });
        if (this.host.repeatsSteps !== false) this.send({ type: "again", number });
        break;
      }
      case "withdraw":
        for (const number of message.numbers) this.settle(number, rejected("CancelledError", "it was withdrawn"));
        break;
      case "diverge":
        for (const number of this.journal.keys()) if (number >= message.from) this.journal.delete(number);
        for (const number of this.readings.keys()) if (number >= message.message) this.readings.delete(number);
        break;
      case "write":
        this.#write(message.item, message.json);
        break;
      case "read": {
        const result = this.host.reads?.(message.from);
        if (result !== undefined) this.send({ type: "rows", result });
        break;
      }
      case "renew":
        this.renewed = message.input;
        break;
    }
    if ("number" in message) this.#told(String(message.number));
  }

  async #answer(number: number, request: DurableRequest): Promise<void> {
    const answer = await (this.host.answer?.(request, number) ?? resolved(request.kind === "sleep" ? undefined : null));
    if (answer !== "later") this.settle(number, answer);
  }

  #write(item: number, json: string): void {
    this.items[item] = json;
    const next = this.host.receives === undefined ? item + 1 : this.host.receives(item);
    if (next !== undefined) this.send({ type: "room", next });
    this.#told(`item ${item}`);
  }

  #waitFor(name: string): Promise<void> {
    const waiting = this.#waiting.get(name) ?? Promise.withResolvers<void>();
    this.#waiting.set(name, waiting);
    return waiting.promise;
  }

  #told(name: string): void {
    this.#waiting.get(name)?.resolve();
  }
}
