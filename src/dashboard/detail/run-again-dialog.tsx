import { useState } from "preact/hooks";
import type { TaskName } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { JsonEditor } from "../components/json-editor.tsx";
import type { JobSettings } from "./run-again.ts";
import { useValidation, type Validation } from "./use-validation.ts";
import { ViolationList } from "./violation-list.tsx";

/** What {@link RunAgainDialog} takes. */
export interface RunAgainDialogProps {
  task: TaskName;
  /** The input to begin with. */
  input: unknown;
  settings: JobSettings;
  onClose: () => void;
}

/** Runs a task again, with an input that can be changed before. Leads to the page of the new job. */
export function RunAgainDialog({ task, input, settings, onClose }: RunAgainDialogProps) {
  const { api, router, toasts } = useApp();
  const [text, setText] = useState(() => JSON.stringify(input, null, 2));
  const validation = useValidation(task, text);

  async function run(): Promise<void> {
    if (validation.state === "not-json") return;
    const body = { ...settings, task: task.uuid, input: validation.value };
    const { id } = await api.call("POST /api/v1/jobs", { body });
    toasts.show(`Job ${id} was created.`);
    router.navigate(`/jobs/${id}`);
  }

  return (
    <ConfirmDialog
      title={`Run ${task.label} again`}
      isOpen
      isWide
      action="Run"
      isReady={validation.state !== "not-json"}
      onConfirm={run}
      onClose={onClose}
    >
      <JsonEditor label="Input" value={text} onInput={setText} error={errorOf(validation)} />
      <ViolationList violations={validation.state === "not-json" ? [] : validation.violations} />
    </ConfirmDialog>
  );
}

function errorOf(validation: Validation): string | undefined {
  if (validation.state === "not-json") return validation.message;
  return validation.violations.length === 0 ? undefined : "The input does not match the schema of the task.";
}
