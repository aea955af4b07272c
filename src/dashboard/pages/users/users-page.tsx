import type { User } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";

const COLUMNS: readonly Column<User>[] = [
  { title: "User", render: ({ name }) => name },
  { title: "Role", render: ({ role }) => role },
  { title: "Tasks", render: ({ tasks }) => (tasks === null ? "all" : tasks.join(", ")) },
  { title: "Last login", render: ({ lastLoginAt }) => <Time at={lastLoginAt} /> },
];

const keyOf = ({ name }: User) => name;

/** The users. */
export default function UsersPage() {
  const { api } = useApp();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/users", { signal }), { inputs: [], keyOf });
  return (
    <Page title="Users">
      <DataTable
        caption="Users"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        empty={<EmptyState title="There is no user yet." />}
      />
    </Page>
  );
}
