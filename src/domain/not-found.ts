import { RatchetError } from "./errors.ts";

/** Creates the error for a job that does not exist. */
export function noJob(id: number): RatchetError {
  return new RatchetError("JOB_NOT_FOUND", `There is no job ${id}.`, {
    data: { jobId: id },
    remedy: "List the jobs; finished ones are deleted after their retention time.",
  });
}

/** Creates the error for an execution that does not exist. */
export function noExecution(id: number): RatchetError {
  return new RatchetError("EXECUTION_NOT_FOUND", `There is no execution ${id}.`, {
    data: { executionId: id },
    remedy: "List the executions; they are deleted with their jobs after the retention time.",
  });
}

/** Creates the error for an approval that does not exist. */
export function noApproval(id: number): RatchetError {
  return new RatchetError("APPROVAL_NOT_FOUND", `There is no approval ${id}.`, {
    data: { approvalId: id },
    remedy: "List the approvals; they are deleted with their jobs after the retention time.",
  });
}

/** Creates the error for a schedule that does not exist. @param reference its id or its name */
export function noSchedule(reference: number | string): RatchetError {
  const isId = typeof reference === "number";
  return new RatchetError("SCHEDULE_NOT_FOUND", `There is no schedule ${isId ? reference : quoted(reference)}.`, {
    data: isId ? { scheduleId: reference } : { name: reference.slice(0, LONGEST_SHOWN) },
    remedy: "List the schedules; select one by its id or its name.",
  });
}

/**
 * Creates the error for a task that does not exist.
 * @param reference its id, or its label or uuid
 * @param near a similar label
 */
export function noTask(reference: number | string, near?: string): RatchetError {
  const isId = typeof reference === "number";
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const name = isId ? `with the id ${reference}` : quoted(reference);
  return new RatchetError("TASK_NOT_FOUND", `There is no task ${name}.${hint}`, {
    data: isId ? { taskId: reference } : undefined,
    remedy: "List the tasks; select one by its label, uuid or id.",
  });
}

/** Creates the error for an execution without a recording. @param reason a sentence */
export function noRecording(
  executionId: number,
  reason: string,
  remedy = "Set execution.record to all, and run it again.",
): RatchetError {
  return new RatchetError("RECORDING_NOT_FOUND", `There is no recording of execution ${executionId}. ${reason}`, {
    data: { executionId, reason },
    remedy,
  });
}

/** Creates the error for a task without a README. */
export function noReadme(label: string): RatchetError {
  return new RatchetError("README_NOT_FOUND", `The task ${quoted(label)} has no README.`, {
    remedy: "Add a README.md to the folder of the task.",
  });
}

/** Creates the error for a task that is not a workflow. */
export function noWorkflow(label: string): RatchetError {
  return new RatchetError("WORKFLOW_NOT_FOUND", `The task ${quoted(label)} is not a workflow: its program is code.`, {
    remedy: "Ask for a task whose program is workflow.yaml.",
  });
}

/** Creates the error for a registry source that does not exist. @param near a similar name */
export function noSource(name: string, names: readonly string[], near?: string): RatchetError {
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new RatchetError("SOURCE_NOT_FOUND", `There is no source ${quoted(name)}.${hint}`, {
    data: { name: name.slice(0, LONGEST_SHOWN) },
    remedy: `Use one of ${names.join(", ")}.`,
  });
}

/** Creates the error for a secret that is not stored. @param near a similar name */
export function noSecret(name: string, near?: string): RatchetError {
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new RatchetError("SECRET_NOT_FOUND", `There is no secret ${quoted(name)}.${hint}`, {
    data: { name: name.slice(0, LONGEST_SHOWN) },
    remedy: "List the secrets; their names are case-sensitive.",
  });
}

/** Creates the error for a user that does not exist. */
export function noUser(name: string): RatchetError {
  return new RatchetError("USER_NOT_FOUND", `There is no user ${quoted(name)}.`, {
    data: { name: name.slice(0, LONGEST_SHOWN) },
    remedy: "List the users with `ratchet user list`.",
  });
}

/** Creates the error for an API key that does not exist, or is revoked. */
export function noKey(name: string): RatchetError {
  return new RatchetError("KEY_NOT_FOUND", `There is no key ${quoted(name)} that is not revoked.`, {
    data: { name: name.slice(0, LONGEST_SHOWN) },
    remedy: "List the keys with `ratchet key list`.",
  });
}

/** Creates the error for a webhook that does not exist. @param reference its id or its name */
export function noWebhook(reference: number | string): RatchetError {
  const isId = typeof reference === "number";
  return new RatchetError("WEBHOOK_NOT_FOUND", `There is no webhook ${isId ? reference : quoted(reference)}.`, {
    data: isId ? { webhookId: reference } : { name: reference.slice(0, LONGEST_SHOWN) },
    remedy: "List the webhooks; select one by its name.",
  });
}

/** Creates the error for a delivery that does not exist. @param reference its id, or the one that its sender wrote */
export function noDelivery(reference: number | string): RatchetError {
  const isId = typeof reference === "number";
  return new RatchetError("DELIVERY_NOT_FOUND", `There is no delivery ${isId ? reference : quoted(reference)}.`, {
    data: isId ? { deliveryId: reference } : { deliveryId: reference.slice(0, LONGEST_SHOWN) },
    remedy: "List the deliveries of the webhook; they are deleted after their retention time.",
  });
}

/** Creates the error for a rule of notifications that does not exist. */
export function noRule(id: number): RatchetError {
  return new RatchetError("RULE_NOT_FOUND", `There is no notification rule ${id}.`, {
    data: { ruleId: id },
    remedy: "List the rules with `ratchet notifications list`.",
  });
}

/** Maximum length of a name that an error shows, in characters. */
const LONGEST_SHOWN = 200;

const quoted = (name: string): string => JSON.stringify(name.slice(0, LONGEST_SHOWN));
