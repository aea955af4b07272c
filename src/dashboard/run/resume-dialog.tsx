import { useState } from "preact/hooks";
import type { Job, TaskName } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { VersionField } from "./version-field.tsx";

/** What {@link ResumeDialog} takes. */
export interface ResumeDialogProps {
  job: Pick<Job, "id"> & { task: TaskName | null };
  onDone: () => void;
  onClose: () => void;
}

/** Lets a failed run continue from the steps that failed. */
export function ResumeDialog({ job: { id, task }, onDone, onClose }: ResumeDialogProps) {
  const { api, toasts } = useApp();
  const [version, setVersion] = useState("");

  async function resume(): Promise<void> {
    const body = version.trim() === "" ? {} : { version: version.trim() };
    await api.call("POST /api/v1/jobs/:id/resume", { params: { id }, body });
    toasts.show(`Job ${id} goes on.`);
    onDone();
  }

  return (
    <ConfirmDialog title={`Resume job ${id}?`} isOpen action="Resume" onConfirm={resume} onClose={onClose}>
      {(errorAt) => (
        <>
          <p>The run continues from the steps that failed. What its journal has is not done again.</p>
          <VersionField task={task} value={version} error={errorAt("/version")} onInput={setVersion} />
        </>
      )}
    </ConfirmDialog>
  );
}
