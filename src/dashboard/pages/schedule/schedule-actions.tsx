import { useState } from "preact/hooks";
import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ActionButton } from "../../detail/action-button.tsx";
import { BackfillDialog } from "./backfill-dialog.tsx";

/** What {@link ScheduleActions} takes. */
export interface ScheduleActionsProps {
  schedule: Schedule;
  onChange: () => void;
  onEdit: () => void;
}

/** What may be done with a schedule. */
export function ScheduleActions({ schedule, onChange, onEdit }: ScheduleActionsProps) {
  const { api, router, toasts } = useApp();
  const [isDeleting, setDeleting] = useState(false);
  const [isBackfilling, setBackfilling] = useState(false);
  const { id, name, enabled } = schedule;
  const params = { id };

  async function trigger(): Promise<string> {
    const job = await api.call("POST /api/v1/schedules/:id/trigger", { params, body: {} });
    onChange();
    return `Job ${job.id} was created.`;
  }

  async function pause(): Promise<string> {
    await api.call("POST /api/v1/schedules/:id/pause", { params, body: {} });
    onChange();
    return `${name} is paused.`;
  }

  async function resume(): Promise<string> {
    await api.call("POST /api/v1/schedules/:id/resume", { params });
    onChange();
    return `${name} fires again.`;
  }

  async function remove(): Promise<void> {
    await api.call("DELETE /api/v1/schedules/:id", { params });
    toasts.show(`${name} was deleted.`);
    router.navigate("/schedules");
  }

  return (
    <>
      <ActionButton name="Trigger" onAct={trigger} />
      {enabled ? <ActionButton name="Pause" onAct={pause} /> : <ActionButton name="Resume" onAct={resume} />}
      <button type="button" onClick={() => setBackfilling(true)}>
        Backfill
      </button>
      <button type="button" onClick={onEdit}>
        Edit
      </button>
      <button type="button" class="dangerous" onClick={() => setDeleting(true)}>
        Delete
      </button>
      {isBackfilling && <BackfillDialog schedule={schedule} onClose={() => setBackfilling(false)} onDone={onChange} />}
      <ConfirmDialog
        title={`Delete ${name}?`}
        isOpen={isDeleting}
        action="Delete"
        isDangerous
        onConfirm={remove}
        onClose={() => setDeleting(false)}
      >
        <p>It does not fire any more, and its history is deleted. Its jobs stay.</p>
      </ConfirmDialog>
    </>
  );
}
