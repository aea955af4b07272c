import type { ResourceUsage } from "../../../domain/execution.ts";
import type { Journal } from "../../../domain/recording.ts";
import type { ShareableText } from "../../../domain/shared-text.ts";
import type { EngineResult } from "../../engine/engine-request.ts";
import { type FailureFacts, type SettledTask, settledFailure, thrownFailure } from "./failures.ts";

/** What an execution's result needs besides how the task ended. */
export interface OutcomeSurroundings {
  facts: FailureFacts;
  usage: ResourceUsage;
  journal: Journal | undefined;
}

/** How the task of one execution ended: what it returned, threw, or left unhandled. The first end counts. */
export class Outcome {
  #settled: SettledTask | undefined;
  #unhandledJson: string | undefined;

  get isSettled(): boolean {
    return this.#settled !== undefined;
  }

  /** Has the task ended well so far? */
  get isOk(): boolean {
    return this.#settled?.ok === true;
  }

  /** The task has returned. @param json its output */
  complete(json: ShareableText): void {
    this.#settled ??= { ok: true, json };
  }

  /** The task has thrown. @param json the guest's description of the error */
  fail(json: string): void {
    this.#settled ??= { ok: false, json };
  }

  /** A call of fetch that the task never looked at has failed: that fails a task which otherwise ended well. */
  failUnobserved(json: string): void {
    if (this.isOk) this.#settled = { ok: false, json };
  }

  /** A promise was rejected and nothing handled it. */
  failUnhandled(json: string | undefined): void {
    this.#unhandledJson = json;
  }

  /** The result of an execution that ran to its end. */
  result(surroundings: OutcomeSurroundings): EngineResult {
    const failure = settledFailure(surroundings.facts, this.#settled, this.#unhandledJson);
    const { usage, journal } = surroundings;
    const result: EngineResult =
      failure === undefined ? { outputJson: this.#settled?.json ?? "null", usage } : { failure, usage };
    // Not a member that is undefined: the result is copied to another thread.
    if (journal !== undefined) result.journal = journal;
    return result;
  }

  /** The result of an execution that ended with an exception of the host or the engine. */
  thrown(error: unknown, surroundings: OutcomeSurroundings): EngineResult {
    const { facts, usage, journal } = surroundings;
    const result: EngineResult = { failure: thrownFailure(facts, error), usage };
    if (journal !== undefined) result.journal = journal;
    return result;
  }
}
