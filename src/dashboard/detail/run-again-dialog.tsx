import type { TaskName } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../components/dialog.tsx";
import { ErrorBox } from "../components/error-box.tsx";
import { Loading } from "../components/loading.tsx";
import type { JobSettings } from "./run-again.ts";
import { RunAgainForm } from "./run-again-form.tsx";

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
  const { api, router } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task", { params: { task: task.uuid }, signal }),
    [task.uuid],
  );
  const close = () => {
    // The form keeps there whether it is shown as JSON.
    router.setQuery({ input: undefined });
    onClose();
  };
  return (
    <Dialog title={`Run ${task.label} again`} isOpen isWide onClose={close} buttons={false}>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {data === undefined && problem === undefined && <Loading />}
      {data !== undefined && <RunAgainForm task={data} input={input} settings={settings} onClose={close} />}
    </Dialog>
  );
}
