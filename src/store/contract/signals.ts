import type { OperationResult } from "./operation-result.ts";

/** Signals of one name that may be kept for a job, and of all names together. */
export const MAX_KEPT_SIGNALS = 1_000;
export const MAX_KEPT_SIGNALS_OF_JOB = 10_000;

/** A signal for a run. One of `executionId`, `jobId` and `correlationKey` says for which. */
export interface NewSignal {
  executionId?: number;
  jobId?: number;
  correlationKey?: string;
  name: string;
  /** JSON, as the host stores it. */
  text: string;
  /** A repeat with the same key is not delivered again. */
  idempotencyKey?: string;
  /**
   * The operation that takes it, as the caller has checked the value against its schema, and the result of that operation.
   * If it is no longer open, or an earlier signal of the name was not taken yet, the signal is kept. @default it is kept
   */
  take?: { executionId: number; number: number; result: OperationResult };
}

/** What became of a signal. */
export interface SentSignal {
  id: number;
  jobId: number;
  /** null if the job has not started yet. */
  executionId: number | null;
  status: "delivered" | "kept";
  /** It was sent before, with the same idempotency key. */
  repeated: boolean;
}

/** A signal that was sent before. */
export interface EarlierSignal extends SentSignal {
  /** It has the name that was asked for. */
  hasName: boolean;
  /** Its value, as it is stored. */
  text: string;
}
