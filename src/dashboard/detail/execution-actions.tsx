import { useState } from "preact/hooks";
import type { ExecutionDetail, TaskName } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { MakeTestDialog } from "./make-test-dialog.tsx";
import { RecordingButton } from "./recording-button.tsx";
import type { JobSettings } from "./run-again.ts";
import { RunAgainDialog } from "./run-again-dialog.tsx";

/** What {@link ExecutionActions} takes. */
export interface ExecutionActionsProps {
  task: TaskName | null;
  input: unknown;
  /** What a job that runs it again has in common with it. */
  settings: JobSettings;
  /** The execution to make a test of; undefined before the first attempt. */
  execution: ExecutionDetail | undefined;
}

/** What can be done with what ran, in a job or on its own. */
export function ExecutionActions({ task, input, settings, execution }: ExecutionActionsProps) {
  const { access } = useApp();
  const [open, setOpen] = useState<"run-again" | "make-test" | undefined>(undefined);
  const close = () => setOpen(undefined);
  const hasResult = execution?.status === "completed" || execution?.status === "failed";
  const canWrite = access.can("write") && task !== null;
  return (
    <>
      {canWrite && (
        <button type="button" onClick={() => setOpen("run-again")}>
          Run again
        </button>
      )}
      {canWrite && hasResult && (
        <button type="button" onClick={() => setOpen("make-test")}>
          Make this a test
        </button>
      )}
      {hasResult && <RecordingButton executionId={execution.id} />}
      {open === "run-again" && task !== null && (
        <RunAgainDialog task={task} input={input} settings={settings} onClose={close} />
      )}
      {open === "make-test" && task !== null && execution !== undefined && (
        <MakeTestDialog executionId={execution.id} suggestion={`${execution.status}-${execution.id}`} onClose={close} />
      )}
    </>
  );
}
