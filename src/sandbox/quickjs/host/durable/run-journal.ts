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
  /** Steps of a workflow that a fork keeps, and that were not asked for yet. */
  readonly #kept: Map<string, RecordedOperation>;
  readonly #isStrict: boolean;

  /** @param diverge the run goes another way than before, from this number on */
  constructor(
    { recorded = [], strict = false }: DurableStart,
    private readonly diverge: (from: number) => void,
    slept?: { operations: number; bytes: number },
  ) {
    this.operations = slept?.operations ?? 0;
    this.bytes = slept?.bytes ?? 0;
    // Those that a guest has had before it slept are not asked for again.
    this.#kept = new Map(recorded.filter(hasLabel).map((one) => [one.request.label ?? "", one]));
    const unasked = recorded.filter((one) => !hasLabel(one) && one.number > this.operations);
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
    const kept = this.#takeKept(request);
    if (kept !== undefined) return { number, recorded: { ...kept, number } };
    const recorded = this.#recorded.get(number);
    if (recorded === undefined) return { number, recorded };
    if (recorded.kept ? isSame(recorded.request, request) : Bun.deepEquals(recorded.request, request)) {
      this.#recorded.delete(number);
      return { number, recorded };
    }
    if (this.#isStrict) throw mismatch(recorded, request);
    for (const later of this.#recorded.keys()) if (later >= number) this.#recorded.delete(later);
    this.diverge(number);
    return { number, recorded: undefined };
  }

  /** A step of a workflow is known by its label, because the order of steps changes with what is done again. */
  #takeKept(request: DurableRequest): RecordedOperation | undefined {
    const { label, undoes, kind } = request;
    const kept = label === undefined || undoes !== undefined ? undefined : this.#kept.get(label);
    if (label === undefined || kept?.request.kind !== kind) return undefined;
    this.#kept.delete(label);
    return kept;
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
    const missed = this.#recorded.values().find(({ kept }) => kept !== true);
    if (missed !== undefined && this.#isStrict) throw mismatch(missed);
  }
}

/** Is this a step of a workflow that a fork keeps? */
export function hasLabel({ kept, request }: RecordedOperation): boolean {
  return kept === true && request.label !== undefined;
}

function isSame(kept: DurableRequest, asked: DurableRequest): boolean {
  return kept.kind === asked.kind && subjectOf(kept) === subjectOf(asked);
}

/** What an operation is about, which does not depend on the input of the run as other members may. */
function subjectOf(request: DurableRequest): string {
  if ("task" in request) return request.task;
  return "name" in request ? request.name : "";
}
