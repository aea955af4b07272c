import type { Webhook } from "../../../../dist/generated/api-types.ts";
import { NewButton } from "../../admin/new-button.tsx";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { HookDeliveries } from "./hook-deliveries.tsx";
import { WebhookActions } from "./webhook-actions.tsx";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { VERIFICATIONS } from "./webhook-draft.ts";

const keyOf = ({ id }: Webhook) => id;

/** The webhooks. */
export default function WebhooksPage() {
  const { api, access, router } = useApp();
  const chosen = router.query.value.get("webhook");
  const list = usePages((cursor, signal) => api.call("GET /api/v1/webhooks", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
  });
  const mayChange = access.can("write");
  const columns: readonly Column<Webhook>[] = [
    { title: "Webhook", render: ({ name }) => name },
    { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
    { title: "Verification", render: ({ verification }) => VERIFICATIONS[verification.type], isWideOnly: true },
    { title: "Address", render: ({ name }) => <Address name={name} />, isWideOnly: true },
    { title: "Deliveries", render: ({ name }) => <Link to={`/webhooks?webhook=${name}`}>Deliveries of {name}</Link> },
    { title: "Created", render: ({ createdAt }) => <Time at={createdAt} />, isWideOnly: true },
  ];
  const actions: Column<Webhook> = {
    title: "Actions",
    render: (webhook) => <WebhookActions webhook={webhook} onChange={list.reload} />,
  };
  return (
    <Page
      title="Webhooks"
      actions={
        mayChange && (
          <NewButton name="New webhook">
            {(close) => <WebhookDialog webhook={undefined} onSaved={list.reload} onClose={close} />}
          </NewButton>
        )
      }
    >
      <DataTable
        caption="Webhooks"
        list={list}
        columns={mayChange ? [...columns, actions] : columns}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no webhook yet.">
            <p>
              A webhook creates a job from each delivery of another service.
              {mayChange && ' "New webhook" creates one; store the secret that both sides know first.'}
            </p>
          </EmptyState>
        }
      />
      {chosen !== null && <HookDeliveries key={chosen} name={chosen} />}
    </Page>
  );
}

/** Where senders deliver to, as this browser sees the server. */
function Address({ name }: { name: string }) {
  const address = useApp().router.href(`/hooks/${name}`);
  return (
    <span class="row-actions">
      <code>{address}</code>
      <CopyButton text={address} label="Copy" />
    </span>
  );
}
