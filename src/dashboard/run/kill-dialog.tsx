import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";

/** What {@link KillDialog} takes. */
export interface KillDialogProps {
  jobId: number;
  onDone: () => void;
  onClose: () => void;
}

/** Ends a run at once, after a question. */
export function KillDialog({ jobId, onDone, onClose }: KillDialogProps) {
  const { api, toasts } = useApp();
  async function kill(): Promise<void> {
    await api.call("POST /api/v1/jobs/:id/kill", { params: { id: jobId } });
    toasts.show(`Job ${jobId} was killed.`);
    onDone();
  }
  return (
    <ConfirmDialog title={`Kill job ${jobId}?`} isOpen action="Kill" isDangerous onConfirm={kill} onClose={onClose}>
      <p>
        The run ends at once. Unlike after a cancellation, neither <code>catch</code> nor <code>finally</code> of the
        task runs, and nothing is compensated.
      </p>
    </ConfirmDialog>
  );
}
