import type { ExecutionDetail, JobDetail } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ActionButton } from "../../detail/action-button.tsx";
import { ExecutionActions } from "../../detail/execution-actions.tsx";
import { settingsOf } from "../../detail/run-again.ts";
import { RunControl } from "../../run/run-control.tsx";

/** What {@link JobActions} takes. */
export interface JobActionsProps {
  job: JobDetail;
  /** Its latest attempt. */
  execution: ExecutionDetail | undefined;
  /** Whether its latest attempt has asked for something durable. */
  hasRun: boolean;
  /** Called when the job has changed. */
  onChange: () => void;
}

/** What can be done with a job now, by this reader. */
export function JobActions({ job, execution, hasRun, onChange }: JobActionsProps) {
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
      {access.can("write") && <RunControl job={job} hasRun={hasRun} onChange={onChange} />}
      <ExecutionActions task={task} input={input} settings={settingsOf(job)} execution={execution} />
    </>
  );
}
