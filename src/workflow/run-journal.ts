import { randomUUID } from "node:crypto";
import { DURABLE_LIMITS, type DurableResult, type ReadingsSince } from "../domain/durable.ts";
import { RatchetError } from "../domain/errors.ts";
import { nearLimit } from "../execution/durable/limit-warnings.ts";
import { formatSize } from "../lib/size.ts";
import type { RunSurroundings } from "../queue/run-host.ts";
import type { OperationResult } from "../store/contract/operation-result.ts";
import type { RunChange, RunLimit, RunWritten } from "../store/contract/runs.ts";
import type { RunProtection } from "./run-protection.ts";

/** What identifies a run, for its keys and its randomness. */
export interface RunIdentity {
  runKey: string;
  /** Undefined until the engine has chosen it. */
  seed: string | undefined;
}

/** Name under which the seed of a run is encrypted. It goes with the key of the run, which copies of the run keep. */
export const seedName = (runKey: string): string => `seed of run ${runKey}`;

/** Returns a new key for a run. */
export const newRunKey = (): string => randomUUID();

/** Writes the journal of one run. */
export class RunJournal {
  /** Resolves when `begin` is on its way, before which nothing else may be. Undefined before the first change. */
  #begun: Promise<RunChange | undefined> | undefined;
  #version = "";

  constructor(
    private readonly surroundings: RunSurroundings,
    private readonly protection: RunProtection,
    private readonly identity: RunIdentity,
    /** Keeps the files of the version with which a new run begins. Undefined if the store knows the run already. */
    private readonly keepFiles: ((version: string) => Promise<void>) | undefined,
  ) {
    if (keepFiles === undefined) this.#begun = Promise.resolve(undefined);
  }

  /** Has the run asked for something? */
  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** Says which version runs, before the first change. */
  keepVersion(version: string): void {
    this.#version = version;
  }

  /**
   * Stores changes, in the order of the calls.
   * @param readings what was read before the message that asks for them
   * @throws {RatchetError} RUN_LIMIT if the run may record no more
   */
  async write(changes: readonly RunChange[], readings?: ReadingsSince): Promise<RunWritten> {
    const written = await this.#store(changes, readings);
    if (written.near !== null) this.surroundings.warn(nearLimit(written.near));
    if (written.limit !== null) throw limitReached(written.limit);
    return written;
  }

  async #store(changes: readonly RunChange[], readings?: ReadingsSince): Promise<RunWritten> {
    const all = readings === undefined ? changes : [await this.#readings(readings), ...changes];
    if (this.#begun !== undefined) {
      await this.#begun;
      return this.surroundings.write(all);
    }
    this.#begun = this.#beginning();
    const begin = await this.#begun;
    return this.surroundings.write(begin === undefined ? all : [begin, ...all]);
  }

  /** Returns a text as it is stored. */
  protect(text: string): Promise<string> {
    return this.protection.protect(text);
  }

  /** Returns a result as it is stored. */
  async stored(result: DurableResult): Promise<OperationResult> {
    return { ok: result.ok, text: await this.protection.protect(JSON.stringify(result)) };
  }

  /** Reads what {@link stored} returned. */
  async result({ text }: OperationResult): Promise<DurableResult> {
    return JSON.parse(await this.protection.restore(text)) as DurableResult;
  }

  async #beginning(): Promise<RunChange> {
    const { runKey, seed = "" } = this.identity;
    const [sealed] = await Promise.all([
      this.protection.seal(seedName(runKey), Buffer.from(seed, "hex")),
      this.keepFiles?.(this.#version),
    ]);
    return { type: "begin", runKey, seed: sealed, version: this.#version };
  }

  async #readings(readings: ReadingsSince): Promise<RunChange> {
    return { type: "readings", message: readings.message, text: await this.protect(JSON.stringify(readings)) };
  }
}

function limitReached(limit: RunLimit): RatchetError {
  const most = DURABLE_LIMITS[limit];
  const what = limit === "operations" ? `${most} operations` : `${formatSize(most)} of requests and results`;
  return new RatchetError("RUN_LIMIT", `the run has reached its limit of ${what}`, {
    data: { limit: most, unit: limit === "operations" ? "operations" : "bytes" },
    remedy: "Begin again with an empty journal: return context.continueAsNew(input).",
  });
}
