import { useState } from "preact/hooks";
import type { Webhook } from "../../../../dist/generated/api-types.ts";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { useApp } from "../../app-context.ts";
import { WebhookDialog } from "./webhook-dialog.tsx";

/** What may be done with a webhook. */
export function WebhookActions({ webhook, onChange }: { webhook: Webhook; onChange: () => void }) {
  const { api } = useApp();
  const [isEditing, setEditing] = useState(false);
  const { name } = webhook;
  async function remove(): Promise<void> {
    await api.call("DELETE /api/v1/webhooks/:name", { params: { name } });
    onChange();
  }
  return (
    <div class="row-actions">
      <button type="button" onClick={() => setEditing(true)}>
        Edit
      </button>
      <DeleteButton
        name={name}
        text="Its deliveries are deleted with it, and new ones are refused. The jobs that they created stay."
        onDelete={remove}
      />
      {isEditing && <WebhookDialog webhook={webhook} onSaved={onChange} onClose={() => setEditing(false)} />}
    </div>
  );
}
