import type { ExecutionDetail, Job } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ActionButton } from "../../detail/action-button.tsx";
import { ExecutionActions } from "../../detail/execution-actions.tsx";
import { settingsOf } from "../../detail/run-again.ts";

/** What {@link ExecutionActionBar} takes. */
export interface ExecutionActionBarProps {
  execution: ExecutionDetail;
  /** The job that it is an attempt of. */
  job: Job | undefined;
  /** Called when the execution has changed. */
  onChange: () => void;
}

/** What can be done with an execution now, by this reader. */
export function ExecutionActionBar({ execution, job, onChange }: ExecutionActionBarProps) {
  const { api, access, router } = useApp();
  const { id, status, task, input } = execution;
  const params = { id };
  const canCancel = status === "running" || status === "pending";
  return (
    <>
      {access.can("write") && canRetry(execution, job) && (
        <ActionButton
          name="Retry"
          isPrimary
          onAct={async () => {
            const { id: jobId } = await api.call("POST /api/v1/executions/:id/retry", { params });
            router.navigate(`/jobs/${jobId}`);
            return `Job ${jobId} is queued.`;
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
  return jobId === null ? hasFailed : job?.status === "failed" || job?.status === "cancelled";
}
