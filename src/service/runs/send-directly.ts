import { RatchetError } from "../../domain/errors.ts";
import { ENDED_STATUSES, type ExecutionRecord } from "../../domain/execution-record.ts";
import type { JsonValue } from "../../domain/json.ts";
import { otherSignal } from "../../domain/other-signal.ts";
import type { SentDirectly } from "../../queue/direct-run.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { refusedValue } from "./fits-schema.ts";

/** A signal for a direct execution. */
interface Given {
  name: string;
  /** JSON text. */
  value: string;
  idempotencyKey: string | undefined;
}

/**
 * Sends a signal to a direct execution that runs in this process.
 * @throws {RatchetError} EXECUTION_ENDED, CONFLICT; ILLEGAL_TRANSITION if it can't be reached; INVALID_INPUT if the wait that is open does not
 *   accept the value; SIGNAL_LIMIT if too many are kept for it
 */
export async function sendDirectly(
  { direct, vault }: Pick<ServiceDependencies, "direct" | "vault">,
  { id, status }: ExecutionRecord,
  { name, value, idempotencyKey }: Given,
): Promise<Extract<SentDirectly, { id: number }>> {
  const data = { executionId: id, status, name };
  if ((ENDED_STATUSES as readonly string[]).includes(status)) {
    const message = `Execution ${id} has ended, so nothing takes the signal "${name}" any more.`;
    throw new RatchetError("EXECUTION_ENDED", message, { data, remedy: "Send it to a run that has not ended." });
  }
  const sent = direct.send(id, { name, payload: JSON.parse(value) as JsonValue, idempotencyKey });
  if (sent === undefined) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} takes no signals here.`, {
      data,
      remedy:
        "A direct execution takes them while its program runs, and only on the server that runs it. Create a job for the task.",
    });
  }
  if ("isOther" in sent) throw otherSignal({ executionId: id });
  if ("refused" in sent) {
    throw await refusedValue(vault, sent.refused, { pointer: "" });
  }
  if ("full" in sent) {
    throw new RatchetError("SIGNAL_LIMIT", `Execution ${id} has ${sent.full} signals that it has not taken yet.`, {
      data: { ...data, limit: sent.full },
      remedy: "Send more when the run has taken some of them.",
    });
  }
  return sent;
}
