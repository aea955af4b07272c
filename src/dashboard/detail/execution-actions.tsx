import { useState } from "preact/hooks";
import type { ExecutionDetail, TaskName } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
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
export function ExecutionActions({ task, input, settings }: ExecutionActionsProps) {
  const { access } = useApp();
  const [isRunningAgain, setRunningAgain] = useState(false);
  if (task === null) return null;
  return (
    <>
      {access.can("write") && (
        <button type="button" onClick={() => setRunningAgain(true)}>
          Run again
        </button>
      )}
      {isRunningAgain && (
        <RunAgainDialog task={task} input={input} settings={settings} onClose={() => setRunningAgain(false)} />
      )}
    </>
  );
}
