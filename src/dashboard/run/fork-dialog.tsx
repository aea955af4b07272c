import { useState } from "preact/hooks";
import type { ExecutionDetail, ForkedJob, Operation } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { JsonEditor } from "../components/json-editor.tsx";
import { SelectField } from "../components/select-field.tsx";
import { VersionField } from "./version-field.tsx";

/** What {@link ForkDialog} takes. */
export interface ForkDialogProps {
  execution: ExecutionDetail;
  operations: readonly Operation[];
  onClose: () => void;
}

/** Does a run again from one of its steps, with an input that can be changed. Leads to the page of the new job. */
export function ForkDialog({ execution, operations, onClose }: ForkDialogProps) {
  const { api, router, toasts } = useApp();
  const { id, task, input } = execution;
  const steps = [...new Set(operations.filter(({ undoes }) => undoes === null).map(forkName))];
  const [from, setFrom] = useState(steps[0] ?? "");
  const [version, setVersion] = useState("");
  const [before] = useState(() => JSON.stringify(input, null, 2));
  const [text, setText] = useState(before);
  const changed = text === before ? {} : parse(text);

  async function fork(): Promise<void> {
    const chosen = version.trim() === "" ? {} : { version: version.trim() };
    const body = { from, ...chosen, ...changed };
    const job: ForkedJob = await api.call("POST /api/v1/executions/:id/fork", { params: { id }, body });
    toasts.show(`Job ${job.id} was created.`);
    for (const warning of job.warnings) toasts.show(warning, "bad");
    router.navigate(`/jobs/${job.id}`);
  }

  return (
    <ConfirmDialog
      title={`Fork execution ${id}`}
      isOpen
      action="Fork"
      isReady={from !== "" && changed !== undefined}
      onConfirm={fork}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <p>
            Another job does the run again from a step. Steps that do not follow it keep their results. Those that do
            run again: what they do outside of the server happens twice, unless they may be repeated.
          </p>
          <SelectField
            label="From"
            value={from}
            options={steps.map((name) => ({ value: name, name }))}
            onChange={setFrom}
            error={errorAt("/from")}
          />
          <VersionField task={task} value={version} error={errorAt("/version")} onInput={setVersion} />
          <p class="field-name">Input</p>
          <JsonEditor
            label="Input"
            value={text}
            onInput={setText}
            error={changed === undefined ? "The input is not JSON." : errorAt("/input")}
          />
        </>
      )}
    </ConfirmDialog>
  );
}

/** How the server knows the step of an operation. */
function forkName({ label, name }: Operation): string {
  return label ?? name;
}

function parse(text: string): { input: unknown } | undefined {
  try {
    return { input: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
