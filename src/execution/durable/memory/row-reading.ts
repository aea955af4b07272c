import type { DurableEvent, DurableResult } from "../../../domain/durable.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { RowBatch } from "../checked-rows.ts";
import { durableFailure } from "../failures.ts";
import { completed, failed } from "../results.ts";
import type { RowsFailure } from "../stream-failures.ts";
import type { ReadRows } from "./run-surroundings.ts";

/** What reads the rows of a run's input. */
export interface RowReading {
  /** The guest asks for rows. One that has slept asks once more for those that it waited for. */
  ask(from: number): void;
  /** The guest sleeps. @param row the number of the row that it waits for; undefined if it waits for none */
  slept(row: number | undefined): void;
  /** Is there something for a guest that sleeps? */
  hasNews(): boolean;
}

/** Whom rows are read for. */
interface RowReadingOptions {
  /** @default there are no rows */
  readRows: ReadRows | undefined;
  /** Tells the guest; undefined while it sleeps. */
  send: () => ((event: DurableEvent) => void) | undefined;
  /** There is something to wake up for. */
  onNews: () => void;
}

const noRows: ReadRows = async () => ({ rows: [], end: true });

export function createRowReading({ readRows = noRows, send, onNews }: RowReadingOptions): RowReading {
  let reading: { from: number; result?: DurableResult } | undefined;
  let waitsFor: number | undefined;

  function deliver(read: NonNullable<typeof reading>, result: DurableResult): void {
    if (reading !== read) return;
    const tell = send();
    if (tell === undefined) {
      read.result = result;
      onNews();
      return;
    }
    reading = undefined;
    tell({ type: "rows", result });
  }

  return {
    ask(from) {
      const known = reading;
      if (known?.from === from) return known.result === undefined ? undefined : deliver(known, known.result);
      const read = { from };
      reading = read;
      void readRows(from).then(
        (batch) => deliver(read, resultOf(batch)),
        (error) => deliver(read, failed(durableFailure(toRatchetError(error), undefined))),
      );
    },
    slept(row) {
      waitsFor = row;
    },
    // The rows of an input that is a list are not read here, and are always there.
    hasNews: () => waitsFor !== undefined && (reading?.from !== waitsFor || reading.result !== undefined),
  };
}

/** What the guest gets of rows that were read. */
export function resultOf(batch: RowBatch | RowsFailure): DurableResult {
  if ("error" in batch) return failed(batch.error);
  return completed(`{"rows":[${batch.rows.join(",")}],"end":${batch.end}}`);
}
