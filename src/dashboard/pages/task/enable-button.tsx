import { useState } from "preact/hooks";
import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";

/** A button that enables or disables a task, after a question. */
export function EnableButton({ task, onChange }: { task: TaskDetail; onChange: () => void }) {
  const { api, toasts } = useApp();
  const [isAsking, setAsking] = useState(false);
  const { label, uuid, enabled } = task;
  const action = enabled ? "Disable" : "Enable";
  async function change(): Promise<void> {
    await api.call("PATCH /api/v1/tasks/:task", { params: { task: uuid }, body: { enabled: !enabled } });
    toasts.show(`${label} is ${enabled ? "disabled" : "enabled"} now.`);
    onChange();
  }
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        {action}
      </button>
      <ConfirmDialog
        title={`${action} ${label}?`}
        isOpen={isAsking}
        action={action}
        onConfirm={change}
        onClose={() => setAsking(false)}
      >
        <p>
          {enabled
            ? "A disabled task accepts no new jobs, and its waiting jobs wait on."
            : "The task accepts new jobs again, and its waiting jobs run."}
        </p>
      </ConfirmDialog>
    </>
  );
}
