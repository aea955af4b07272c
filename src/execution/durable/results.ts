import type { DurableError, DurableResult } from "../../domain/durable.ts";
import type { JsonValue } from "../../domain/json.ts";

/** The result of an operation that resolves to a value. @param json its text @default undefined */
export function completed(json?: string): DurableResult {
  return json === undefined ? { ok: true } : { ok: true, json };
}

/** The result of an operation that rejects. */
export function failed(error: DurableError): DurableResult {
  return { ok: false, error };
}

/** The result of what is open when its run is cancelled or ends, or no longer wants it. */
export function cancelled(what: string): DurableResult {
  return failed({ name: "CancelledError", code: "CANCELLED", message: `${what} was cancelled` });
}

/** A decision about an approval. */
export interface ApprovalDecision {
  approved: boolean;
  /** Who decided; null if nobody did in time. */
  by: string | null;
  /** When, in ms since the epoch. */
  at: number;
  /** What the form had; null without an input. */
  input: JsonValue;
}

/** The result of an approval, as `context.approve` resolves to it. */
export function approvalResult({ approved, by, at, input }: ApprovalDecision): DurableResult {
  return completed(JSON.stringify({ approved, by, at: new Date(at).toISOString(), input }));
}
