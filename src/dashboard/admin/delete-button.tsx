import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";

/** What {@link DeleteButton} takes. */
export interface DeleteButtonProps {
  /** What is deleted. */
  name: string;
  /** What follows from it. */
  text: string;
  /** @default "Delete" */
  action?: string;
  onDelete: () => Promise<void>;
}

/** A button that deletes something, after a question. */
export function DeleteButton({ name, text, action = "Delete", onDelete }: DeleteButtonProps) {
  const { toasts } = useApp();
  const [isAsking, setAsking] = useState(false);
  async function remove(): Promise<void> {
    await onDelete();
    toasts.show(`${name} is gone.`);
  }
  return (
    <>
      <button type="button" class="dangerous" onClick={() => setAsking(true)}>
        {action}
      </button>
      <ConfirmDialog
        title={`${action} ${name}?`}
        isOpen={isAsking}
        action={action}
        isDangerous
        onConfirm={remove}
        onClose={() => setAsking(false)}
      >
        <p>{text}</p>
      </ConfirmDialog>
    </>
  );
}
