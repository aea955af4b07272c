import { useState } from "preact/hooks";
import type { Job, TaskName } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { SuggestField } from "../components/suggest-field.tsx";

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
  const { data } = useLoad(
    async (signal) => {
      if (task === null) return [];
      return (await api.call("GET /api/v1/tasks/:task/versions", { params: { task: task.uuid }, signal })).items;
    },
    [task?.uuid],
  );
  const versions = (data ?? []).map((one) => one.version);

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
          <SuggestField
            label="Version"
            description="The exact version that runs from now on. Empty: the one that ran."
            value={version}
            suggestions={versions}
            error={errorAt("/version")}
            onInput={setVersion}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
