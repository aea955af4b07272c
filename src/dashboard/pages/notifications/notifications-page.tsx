import { useState } from "preact/hooks";
import type { NotificationRule } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Deliveries } from "./deliveries.tsx";
import { RuleActions } from "./rule-actions.tsx";
import { RuleDialog } from "./rule-dialog.tsx";
import { KINDS } from "./rule-draft.ts";
import { targetText } from "./target-text.ts";

const keyOf = ({ id }: NotificationRule) => id;

/** Rules that send messages about what needs attention, and what they have sent. */
export default function NotificationsPage() {
  return (
    <AdminsOnly title="Notifications">
      <Rules />
    </AdminsOnly>
  );
}

function Rules() {
  const { api } = useApp();
  const [isNew, setNew] = useState(false);
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/notifications/rules", { query: { cursor }, signal }),
    {
      inputs: [],
      keyOf,
    },
  );
  return (
    <Page
      title="Notifications"
      actions={
        <button type="button" class="primary" onClick={() => setNew(true)}>
          New rule
        </button>
      }
    >
      <DataTable
        caption="Rules"
        list={list}
        columns={columnsOf(list.reload)}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no rule yet.">
            <p>
              A rule sends a message when a job fails or something else needs attention. "New rule" creates the first.
            </p>
          </EmptyState>
        }
      />
      {isNew && <RuleDialog rule={undefined} onSaved={list.reload} onClose={() => setNew(false)} />}
      <Deliveries />
    </Page>
  );
}

function columnsOf(onChange: () => void): readonly Column<NotificationRule>[] {
  return [
    { title: "Rule", render: ({ name }) => name },
    { title: "When", render: ({ when }) => KINDS[when].name },
    { title: "Receivers", render: ({ to }) => to.map(targetText).join("; "), isWideOnly: true },
    {
      title: "State",
      render: ({ enabled }) => (
        <StatusBadge status={enabled ? "enabled" : "disabled"} tone={enabled ? "good" : "off"} />
      ),
    },
    { title: "From", render: ({ origin }) => origin, isWideOnly: true },
    { title: "Actions", render: (rule) => <RuleActions rule={rule} onChange={onChange} /> },
  ];
}
