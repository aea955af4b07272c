import type { DurableStart, ReadingsSince, RecordedOperation } from "../domain/durable.ts";
import { RatchetError } from "../domain/errors.ts";
import { cancelled } from "../execution/durable/results.ts";
import { createBreather } from "../lib/breather.ts";
import {
  guestNumber,
  KEPT_NUMBERS,
  type Settlement,
  type StoredOperation,
  type StoredRun,
} from "../store/contract/runs.ts";
import type { AskedOperation, OpenOperation } from "./open-operation.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import { seedName } from "./run-journal.ts";
import { settlementResult } from "./settlement-result.ts";
import { readRequest } from "./stored-request.ts";

/** Name under which the image of a run is encrypted. */
export const imageName = (executionId: number): string => `image of execution ${executionId}`;

/** A run that goes on. */
export interface LoadedRun {
  version: string;
  runKey: string;
  /** 64 hexadecimal digits. */
  seed: string;
  isCancelled: boolean;
  isPausing: boolean;
  open: Map<number, OpenOperation>;
  /** Signals that were kept while a wait for them was open, by the number of the wait. */
  kept: StoredRun["kept"];
  /** What the sandbox gets. */
  start: DurableStart;
}

/** How to load a run. */
export interface LoadOptions {
  executionId: number;
  /** The journal is all there is, and the run must not go another way. */
  strict: boolean;
}

/**
 * Loads a run. An image that can't be opened, or whose engine is lost, is dropped: the run then starts over its journal.
 * @throws {RatchetError} ENVIRONMENT if the store can't be read; CONFIG_INVALID if the seed can't be decrypted; JOURNAL_UNREADABLE if what the
 *   store has is damaged; EXECUTION_NOT_FOUND if it was deleted
 */
export async function loadRun(options: RunHostOptions, { executionId, strict }: LoadOptions): Promise<LoadedRun> {
  const { runs, protection, engines } = options;
  const stored = await runs.load(executionId);
  if (stored === undefined) throw lostRun(executionId);
  const image = stored.image && (await protection.open(imageName(executionId), stored.image));
  const engine = stored.engine === null ? undefined : await engines.other(stored.engine);
  if (stored.image !== null && (image == null || engine === "lost")) {
    await runs.dropImage(executionId);
    return loadRun(options, { executionId, strict: true });
  }
  const state = { image: image ?? undefined, engine: engine === "lost" ? undefined : engine, strict };
  try {
    return await loaded(options, stored, state);
  } catch (cause) {
    throw cause instanceof RatchetError ? cause : damaged(executionId, cause);
  }
}

async function loaded(
  options: RunHostOptions,
  stored: StoredRun,
  { image, engine, strict }: { image: Uint8Array | undefined; engine: Uint8Array | undefined; strict: boolean },
): Promise<LoadedRun> {
  const { protection } = options;
  const { version, runKey, isCancelled, isPausing, workedMs, items, kept } = stored;
  const seed = await protection.open(seedName(runKey), stored.seed);
  if (seed === undefined) throw lostKey(stored.executionId);
  const open: LoadedRun["open"] = new Map();
  const read = { protection, labelOf: options.labelOf, settlements: settlementsByNumber(stored) };
  const recorded: RecordedOperation[] = [];
  const breathe = createBreather();
  for (const operation of stored.operations) {
    const { request, refused } = readRequest(await protection.restore(operation.request));
    const { number, attempts, dueAt, state, childJobId } = operation;
    if (state === "open") open.set(number, { request, refused, dueAt, attempts, childJobId });
    const one = await recordedOperation(read, operation, { request, refused });
    recorded.push(number < KEPT_NUMBERS ? one : { ...one, number: guestNumber(number), kept: true });
    await breathe();
  }
  const readings = await Promise.all(stored.readings.map((text) => protection.restore(text)));
  const start: DurableStart = {
    seed: Buffer.from(seed).toString("hex"),
    runKey,
    workedMs,
    recorded,
    readings: readings.map((text) => JSON.parse(text) as ReadingsSince),
    items,
    cancelled: isCancelled,
    strict,
  };
  if (image !== undefined) start.image = image;
  if (engine !== undefined) start.engineRecord = engine;
  return { version, runKey, seed: start.seed ?? "", isCancelled, isPausing, open, kept, start };
}

/** With what recorded operations are read. */
interface Reading extends Pick<RunHostOptions, "protection" | "labelOf"> {
  settlements: ReadonlyMap<number, Settlement>;
}

const settlementsByNumber = ({ settlements }: StoredRun): Reading["settlements"] =>
  new Map(settlements.map((settlement) => [settlement.number, settlement]));

async function recordedOperation(
  { protection, labelOf, settlements }: Reading,
  { number, attempts, state, result, order }: StoredOperation,
  asked: AskedOperation,
): Promise<RecordedOperation> {
  const { request } = asked;
  if (state === "open") return attempts > 0 ? { number, request, attempts } : { number, request };
  const settlement = settlements.get(number);
  if (settlement === undefined && (result === null || result === "")) {
    return { number, request, order: order ?? number, result: cancelled("the operation") };
  }
  const settled = settlement ?? { result: { ok: state === "completed", text: result ?? "" } };
  const end = await settlementResult(settled, { labelOf, protection, asked });
  return { number, request, order: order ?? number, result: end };
}

function lostRun(executionId: number): RatchetError {
  return new RatchetError("EXECUTION_NOT_FOUND", "The run that the job goes on with was deleted before it started.", {
    data: { executionId },
    remedy: "Create a new job.",
  });
}

function lostKey(executionId: number): RatchetError {
  return new RatchetError(
    "CONFIG_INVALID",
    `Execution ${executionId} can't go on: the key that its state was encrypted with is lost.`,
    { remedy: "Restore the database together with its key, or cancel the job and start a new one." },
  );
}

function damaged(executionId: number, cause: unknown): RatchetError {
  return new RatchetError("JOURNAL_UNREADABLE", `Execution ${executionId} can't go on: its journal is damaged.`, {
    data: { executionId },
    remedy: "Restore the database from a backup and retry the job, or cancel it.",
    cause,
  });
}
