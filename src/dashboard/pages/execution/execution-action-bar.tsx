import type { ExecutionDetail, Job, Operation } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ActionButton } from "../../detail/action-button.tsx";
import { ExecutionActions } from "../../detail/execution-actions.tsx";
import { settingsOf } from "../../detail/run-again.ts";
import { ForkButton } from "../../run/fork-button.tsx";
import { RunControl } from "../../run/run-control.tsx";

/** What {@link ExecutionActionBar} takes. */
export interface ExecutionActionBarProps {
  execution: ExecutionDetail;
  /** The job that it is an attempt of. */
  job: Job | undefined;
  /** Its journal. */
  operations: readonly Operation[];
  /** Called when the execution has changed. */
  onChange: () => void;
}

/** What can be done with an execution now, by this reader. */
export function ExecutionActionBar({ execution, job, operations, onChange }: ExecutionActionBarProps) {
  const { api, access, router } = useApp();
  const { id, status, task, input, jobId } = execution;
  const params = { id };
  // What is left to do with an attempt of a job is done with the job, if it is the latest one.
  const isLatest = job !== undefined && job.executionId === id;
  const canCancel = jobId === null && (status === "running" || status === "pending");
  return (
    <>
      {access.can("write") && canRetry(execution, job) && (
        <ActionButton
          name="Retry"
          isPrimary
          onAct={async () => {
            const { id: created } = await api.call("POST /api/v1/executions/:id/retry", { params });
            router.navigate(`/jobs/${created}`);
            return `Job ${created} is queued.`;
          }}
        />
      )}
      {access.can("write") && canCancel && (
        <ActionButton
          name="Cancel"
          isDangerous
          onAct={async () => {
            await api.call("POST /api/v1/executions/:id/cancel", { params });
            onChange();
            return `Execution ${id} is cancelled.`;
          }}
        />
      )}
      {access.can("write") && isLatest && <RunControl job={job} hasRun={operations.length > 0} onChange={onChange} />}
      <ForkButton execution={execution} operations={operations} />
      <ExecutionActions
        task={task}
        input={input}
        settings={job === undefined ? {} : settingsOf(job)}
        execution={execution}
      />
    </>
  );
}

/** The job of an attempt is queued again; for a direct execution a job is created. */
function canRetry({ jobId, status }: ExecutionDetail, job: Job | undefined): boolean {
  const hasFailed = status === "failed" || status === "cancelled";
  return jobId === null
    ? hasFailed
    : job?.status === "failed" || job?.status === "cancelled" || job?.status === "needs_attention";
}
