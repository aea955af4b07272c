import { useState } from "preact/hooks";
import type { IssuedKey } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { TextField } from "../../components/text-field.tsx";

/** What {@link RotateDialog} takes. */
export interface RotateDialogProps {
  /** Name of the key. */
  name: string;
  /** Receives the key, with its new secret. */
  onIssued: (key: IssuedKey) => void;
  onClose: () => void;
}

/** A form that replaces a key by a new one with the same name and rights. */
export function RotateDialog({ name, onIssued, onClose }: RotateDialogProps) {
  const { api } = useApp();
  const [overlap, setOverlap] = useState("1h");
  async function rotate(): Promise<void> {
    const body = { overlap: overlap.trim() };
    onIssued(await api.call("POST /api/v1/keys/:name/rotate", { params: { name }, body }));
  }
  return (
    <ConfirmDialog title={`Rotate ${name}?`} isOpen action="Rotate" onConfirm={rotate} onClose={onClose}>
      {(errorAt) => (
        <>
          <p>A new key with the same name and rights takes its place.</p>
          <TextField
            label="The old key works for"
            description="So that its users can change over, such as 1h or 7d; 0s ends it at once."
            value={overlap}
            error={errorAt("/overlap")}
            onInput={setOverlap}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
