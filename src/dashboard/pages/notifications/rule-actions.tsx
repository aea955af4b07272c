import { useState } from "preact/hooks";
import type { NotificationRule } from "../../../../dist/generated/api-types.ts";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { useApp } from "../../app-context.ts";
import { ActionButton } from "../../detail/action-button.tsx";
import { RuleDialog } from "./rule-dialog.tsx";
import { targetText } from "./target-text.ts";

/** What may be done with a rule. One from the configuration can only be changed there. */
export function RuleActions({ rule, onChange }: { rule: NotificationRule; onChange: () => void }) {
  const { api } = useApp();
  const [isEditing, setEditing] = useState(false);
  const { id, name, enabled, origin } = rule;
  const params = { id };

  async function test(): Promise<string> {
    const { items } = await api.call("POST /api/v1/notifications/rules/:id/test", { params });
    const failed = items.filter(({ delivered }) => !delivered);
    if (failed.length === 0) return "The test was sent.";
    const reasons = failed.map(({ target, error, status }) => `${targetText(target)}: ${error ?? `status ${status}`}`);
    throw new Error(`The test was not accepted. ${reasons.join("; ")}`);
  }

  async function toggle(): Promise<string> {
    await api.call("PATCH /api/v1/notifications/rules/:id", { params, body: { enabled: !enabled } });
    onChange();
    return `${name} is ${enabled ? "disabled" : "enabled"} now.`;
  }

  async function remove(): Promise<void> {
    await api.call("DELETE /api/v1/notifications/rules/:id", { params });
    onChange();
  }

  return (
    <div class="row-actions">
      <ActionButton name="Send a test" onAct={test} />
      {origin === "api" && (
        <>
          <ActionButton name={enabled ? "Disable" : "Enable"} onAct={toggle} />
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
          <DeleteButton name={name} text="It sends no more messages." onDelete={remove} />
        </>
      )}
      {isEditing && <RuleDialog rule={rule} onSaved={onChange} onClose={() => setEditing(false)} />}
    </div>
  );
}
