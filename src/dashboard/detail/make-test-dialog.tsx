import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { TextField } from "../components/text-field.tsx";
import { downloadBlob } from "./download-blob.ts";

/** What {@link MakeTestDialog} takes. */
export interface MakeTestDialogProps {
  executionId: number;
  /** What the name begins with. */
  suggestion: string;
  onClose: () => void;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Makes a test of an execution: writes it into the task's folder, or downloads it. */
export function MakeTestDialog({ executionId, suggestion, onClose }: MakeTestDialogProps) {
  const { api, toasts } = useApp();
  const [name, setName] = useState(suggestion);
  const isValid = NAME.test(name);

  async function create(): Promise<void> {
    const options = { params: { id: executionId }, body: { name } };
    const { written, path, test, missing } = await api.call("POST /api/v1/executions/:id/test", options);
    if (!written) downloadBlob(`${name}.json`, new Blob([`${JSON.stringify(test, null, 2)}\n`]));
    const what = written
      ? `The test was written to ${path}.`
      : `${name}.json was downloaded, because the folder of the task can't be written to. Put it into tests/.`;
    toasts.show([what, ...missing].join(" "));
  }

  return (
    <ConfirmDialog
      title="Make this a test"
      isOpen
      action="Create"
      isReady={isValid}
      onConfirm={create}
      onClose={onClose}
    >
      <p>
        The test has the input and the result of execution {executionId}, and its recorded requests as mocks. It is
        written to <code>tests/{isValid ? name : "NAME"}.json</code> in the folder of the task, or downloaded if the
        folder can't be written to.
      </p>
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        isRequired
        error={
          isValid
            ? undefined
            : "Use up to 100 letters, digits, dots, dashes and underscores, with a letter or digit first."
        }
      />
    </ConfirmDialog>
  );
}
