import { isDeepStrictEqual } from "node:util";
import { DURABLE_LIMITS, type DurableResult, type WaitRequest } from "../../domain/durable.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { otherSignal } from "../../domain/other-signal.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import { LONGEST_NAME } from "../../execution/durable/check-request.ts";
import { completed } from "../../execution/durable/results.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import type { NewSignal, SentSignal } from "../../store/contract/signals.ts";
import { createRunProtection, type RunProtection } from "../../workflow/run-protection.ts";
import { readRequest } from "../../workflow/stored-request.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkKey, checkWord } from "../request-checks.ts";
import { fitsSchema } from "./fits-schema.ts";
import { sendDirectly } from "./send-directly.ts";
import { findReceiver, type SignalTarget } from "./signal-target.ts";

/** A signal that a caller sends. */
export interface SignalRequest {
  target: SignalTarget;
  name: string;
  /** JSON text. */
  value: string;
  /** A repeat with the same key is not delivered again. */
  idempotencyKey?: string | undefined;
}

/** What became of a signal that was sent to a run. */
export type SignalOutcome = Pick<SentSignal, "id" | "status" | "repeated">;

/**
 * Sends a signal to a run: the wait that is open gets it, or it is kept for a later one.
 * @throws {RatchetError} EXECUTION_NOT_FOUND, JOB_NOT_FOUND, CONFLICT, ILLEGAL_TRANSITION, USAGE; SIGNAL_LIMIT if the value is
 *   too large; INVALID_INPUT if the wait that is open does not accept it; EXECUTION_ENDED
 */
export async function sendSignal(
  deps: Pick<ServiceDependencies, "store" | "vault" | "direct">,
  { target, name, value, idempotencyKey }: SignalRequest,
): Promise<SignalOutcome> {
  checkWord(name, "/name", LONGEST_NAME);
  checkKey(idempotencyKey, "/idempotencyKey");
  checkValueSize(utf8Length(value));
  const { runs } = deps.store;
  const receiver = await findReceiver(deps, target);
  if ("direct" in receiver) return sendDirectly(deps, receiver.direct, { name, value, idempotencyKey });
  const { jobId, executionId, runId } = receiver;
  const protection = createRunProtection(deps.vault);
  const result: DurableResult = completed(value);
  // The wait that is open now may be another one than that which has taken it.
  const earlier = idempotencyKey === undefined ? undefined : await runs.sent(jobId, idempotencyKey, name);
  if (earlier !== undefined) {
    const { hasName, text: stored, ...sent } = earlier;
    if (!hasName || !isSame(await protection.restore(stored), result)) throw otherSignal({ jobId });
    return sent;
  }
  const text = await protection.protect(JSON.stringify(result));
  const taking = runId === null ? undefined : await takingWait(deps, { protection, runId, name, value });
  const take: NewSignal["take"] =
    taking === undefined || runId === null
      ? undefined
      : { executionId: runId, number: taking, result: { ok: true, text } };
  const to = executionId === undefined ? { jobId } : { executionId };
  return runs.signal({ ...to, name, text, ...defined({ idempotencyKey, take }) });
}

/** The order of members and white space do not matter. */
function isSame(stored: string, result: DurableResult): boolean {
  const parsed = ({ json }: { json?: string }) => (json === undefined ? null : (JSON.parse(json) as JsonValue));
  return isDeepStrictEqual(parsed(JSON.parse(stored) as { json?: string }), parsed(result as { json?: string }));
}

/** @throws {RatchetError} SIGNAL_LIMIT */
export function checkValueSize(bytes: number): void {
  const limit = DURABLE_LIMITS.valueBytes;
  if (bytes <= limit) return;
  throw new RatchetError("SIGNAL_LIMIT", `The value has ${bytes} bytes of JSON; the limit is ${formatSize(limit)}.`, {
    data: { limit, value: bytes },
    remedy: "Send a reference to the data instead.",
  });
}

interface Offer {
  protection: RunProtection;
  runId: number;
  name: string;
  value: string;
}

/**
 * Returns the number of the open wait that takes a value; undefined if nothing waits for it.
 * @throws {RatchetError} INVALID_INPUT if the first one does not accept it
 */
async function takingWait(
  { store, vault }: Pick<ServiceDependencies, "store" | "vault">,
  { protection, runId, name, value }: Offer,
): Promise<number | undefined> {
  const [wait] = await store.runs.waits(runId, name);
  if (wait === undefined) return undefined;
  const request = readRequest(await protection.restore(wait.request)).request as WaitRequest;
  const checked = { schema: request.schema, value: JSON.parse(value) as JsonValue };
  const fits = await fitsSchema(vault, checked, { what: `The signal ${JSON.stringify(name)}`, pointer: "" });
  return fits ? wait.number : undefined;
}
