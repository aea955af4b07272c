import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { JsonEditor } from "../components/json-editor.tsx";
import { SuggestField } from "../components/suggest-field.tsx";

/** What {@link SignalDialog} takes. */
export interface SignalDialogProps {
  jobId: number;
  /** The names of the signals that the run waits for. */
  awaited: readonly string[];
  onSent: () => void;
  onClose: () => void;
}

/** Sends a signal to the run of a job. */
export function SignalDialog({ jobId, awaited, onSent, onClose }: SignalDialogProps) {
  const { api, toasts } = useApp();
  const [name, setName] = useState(awaited[0] ?? "");
  const [text, setText] = useState("{}");
  const value = parse(text);

  async function send(): Promise<void> {
    if (value === undefined) return;
    const params = { id: jobId, name };
    const { status } = await api.call("POST /api/v1/jobs/:id/signals/:name", { params, body: value.json });
    toasts.show(status === "delivered" ? `The run has got ${name}.` : `${name} is kept until the run waits for it.`);
    onSent();
  }

  return (
    <ConfirmDialog
      title={`Send a signal to job ${jobId}`}
      isOpen
      action="Send"
      isReady={name !== "" && value !== undefined}
      onConfirm={send}
      onClose={onClose}
    >
      <SuggestField
        label="Signal"
        description="The name that the task waits for with waitFor."
        value={name}
        suggestions={awaited}
        onInput={setName}
        isRequired
      />
      <p class="field-name">Value</p>
      <JsonEditor
        label="Value"
        value={text}
        onInput={setText}
        error={value === undefined ? "The value is not JSON." : undefined}
      />
    </ConfirmDialog>
  );
}

function parse(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
