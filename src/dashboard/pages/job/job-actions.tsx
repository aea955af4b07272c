import type { ExecutionDetail, JobDetail, Operation } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ActionButton } from "../../detail/action-button.tsx";
import { ExecutionActions } from "../../detail/execution-actions.tsx";
import { settingsOf } from "../../detail/run-again.ts";
import { ForkButton } from "../../run/fork-button.tsx";
import { RunControl } from "../../run/run-control.tsx";

/** What {@link JobActions} takes. */
export interface JobActionsProps {
  job: JobDetail;
  /** Its latest attempt. */
  execution: ExecutionDetail | undefined;
  /** The journal of its latest attempt. */
  operations: readonly Operation[];
  /** Called when the job has changed. */
  onChange: () => void;
}

/** What can be done with a job now, by this reader. */
export function JobActions({ job, execution, operations, onChange }: JobActionsProps) {
  const { api, access } = useApp();
  const { id, status, task, input } = job;
  const canRetry = status === "failed" || status === "cancelled" || status === "needs_attention";
  const params = { id };
  return (
    <>
      {access.can("write") && canRetry && (
        <ActionButton
          name="Retry"
          isPrimary
          onAct={async () => {
            await api.call("POST /api/v1/jobs/:id/retry", { params });
            onChange();
            return `Job ${id} is queued again.`;
          }}
        />
      )}
      {access.can("write") && <RunControl job={job} hasRun={operations.length > 0} onChange={onChange} />}
      <ForkButton execution={execution} operations={operations} />
      <ExecutionActions task={task} input={input} settings={settingsOf(job)} execution={execution} />
    </>
  );
}
