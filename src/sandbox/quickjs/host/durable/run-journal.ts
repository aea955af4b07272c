import {
  DURABLE_LIMITS,
  type DurableRequest,
  type DurableStart,
  type RecordedOperation,
} from "../../../../domain/durable.ts";
import { limitStop, Stop } from "../../../engine/stop.ts";
import { mismatch } from "./journal-mismatch.ts";

/** Numbers the operations of a run, and compares them with what is recorded. */
export class RunJournal {
  /** How many operations were asked for. */
  operations = 0;
  /** Requests and results, bytes. */
  bytes = 0;
  /** What is recorded and was not asked for yet. */
  readonly #recorded: Map<number, RecordedOperation>;
  readonly #isStrict: boolean;

  /** @param diverge the run goes another way than before, from this number on */
  constructor(
    { recorded = [], strict = false }: DurableStart,
    private readonly diverge: (from: number) => void,
    slept?: { operations: number; bytes: number },
  ) {
    this.operations = slept?.operations ?? 0;
    this.bytes = slept?.bytes ?? 0;
    const unasked = recorded.filter(({ number }) => number > this.operations);
    this.#recorded = new Map(unasked.map((operation) => [operation.number, operation]));
    this.#isStrict = strict;
  }

  /** Is this operation recorded, and was not asked for yet? */
  has(number: number): boolean {
    return this.#recorded.has(number);
  }

  /**
   * Numbers the next operation.
   * @returns what is recorded of it
   * @throws {Stop} RUN_LIMIT; JOURNAL_MISMATCH, if the run is strict
   */
  next(request: DurableRequest, bytes: number): { number: number; recorded: RecordedOperation | undefined } {
    const number = this.operations + 1;
    const { operations: limit } = DURABLE_LIMITS;
    if (number > limit) {
      const message = `the run is over the limit of ${limit} durable operations`;
      throw new Stop("RUN_LIMIT", message, { data: { limit, unit: "operations" } });
    }
    this.count(bytes);
    this.operations = number;
    const recorded = this.#recorded.get(number);
    if (recorded === undefined) return { number, recorded };
    if (Bun.deepEquals(recorded.request, request)) {
      this.#recorded.delete(number);
      return { number, recorded };
    }
    if (this.#isStrict) throw mismatch(recorded, request);
    for (const later of this.#recorded.keys()) if (later >= number) this.#recorded.delete(later);
    this.diverge(number);
    return { number, recorded: undefined };
  }

  /** Counts a request or a result. @throws {Stop} RUN_LIMIT */
  count(bytes: number): void {
    this.bytes += bytes;
    const { journalBytes: limit } = DURABLE_LIMITS;
    if (this.bytes <= limit) return;
    throw limitStop({ code: "RUN_LIMIT", what: "the journal of the run", limit, unit: "bytes" });
  }

  /** The run has ended. @throws {Stop} JOURNAL_MISMATCH, if it is strict and something recorded was not asked for */
  end(): void {
    const [missed] = this.#recorded.values();
    if (missed !== undefined && this.#isStrict) throw mismatch(missed);
  }
}
