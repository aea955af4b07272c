import { RatchetError } from "../../domain/errors.ts";
import { ENDED_STATUSES, type ExecutionRecord } from "../../domain/execution-record.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** What the control of an execution looks at. */
type Controlled = Pick<ExecutionRecord, "id" | "jobId" | "status">;

/**
 * Cancels or kills an execution that has not ended, together with its job.
 * @throws {RatchetError} ILLEGAL_TRANSITION
 */
export async function endExecution(
  { queue, direct }: Pick<ServiceDependencies, "queue" | "direct">,
  { id, jobId, status }: Controlled,
  how: "cancel" | "kill",
): Promise<void> {
  if (!(ENDED_STATUSES as readonly string[]).includes(status)) {
    if (jobId !== null) return void (await queue[how](jobId));
    if (direct[how](id)) return;
  }
  const done = how === "kill" ? "killed" : "cancelled";
  throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status} and can't be ${done} here.`, {
    data: { executionId: id, status },
    remedy: `Only an execution that has not ended can be ${done}, and a direct one only by the server that runs it.`,
  });
}

/**
 * Returns the job whose latest attempt an execution is.
 * @param change what is to be done, such as `paused`
 * @throws {RatchetError} ILLEGAL_TRANSITION for an earlier attempt, and for a direct execution
 */
export async function latestJobOf(
  { store }: Pick<ServiceDependencies, "store">,
  { id, jobId, status }: Controlled,
  change: string,
): Promise<number> {
  const data = { executionId: id, status };
  if (jobId === null) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is a direct one and can't be ${change}.`, {
      data,
      remedy: "Create a job for the task: its execution can be paused and resumed.",
    });
  }
  const latest = (await store.jobs.get(jobId))?.executionId ?? null;
  if (latest === id) return jobId;
  throw new RatchetError(
    "ILLEGAL_TRANSITION",
    `Execution ${id} is ${status}; its job has gone on and it can't be ${change}.`,
    {
      data: { ...data, jobId, latest },
      remedy: latest === null ? "Look at the job." : `The latest execution of its job is ${latest}.`,
    },
  );
}
