import type { Webhook } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { HookDeliveries } from "./hook-deliveries.tsx";

const COLUMNS: readonly Column<Webhook>[] = [
  { title: "Webhook", render: ({ name }) => name },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  { title: "Verification", render: ({ verification }) => verification.type },
  { title: "Address", render: ({ name }) => <code>/hooks/{name}</code>, isWideOnly: true },
  { title: "Deliveries", render: ({ name }) => <Link to={`/webhooks?webhook=${name}`}>Deliveries of {name}</Link> },
  { title: "Created", render: ({ createdAt }) => <Time at={createdAt} /> },
];

const keyOf = ({ id }: Webhook) => id;

/** The webhooks. */
export default function WebhooksPage() {
  const { api, router } = useApp();
  const chosen = router.query.value.get("webhook");
  const list = usePages((cursor, signal) => api.call("GET /api/v1/webhooks", { query: { cursor }, signal }), {
    inputs: [],
    keyOf,
  });
  return (
    <Page title="Webhooks">
      <DataTable
        caption="Webhooks"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no webhook yet.">
            <p>
              A webhook creates a job from each delivery of another service. <code>POST /api/v1/webhooks</code> creates
              one.
            </p>
          </EmptyState>
        }
      />
      {chosen !== null && <HookDeliveries key={chosen} name={chosen} />}
    </Page>
  );
}
