import { useState } from "preact/hooks";
import type { User } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { UserDialog } from "./user-dialog.tsx";

const keyOf = ({ name }: User) => name;

/** The users. */
export default function UsersPage() {
  return (
    <AdminsOnly title="Users">
      <Users />
    </AdminsOnly>
  );
}

function Users() {
  const { api } = useApp();
  const [isNew, setNew] = useState(false);
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/users", { signal }), { inputs: [], keyOf });
  const columns: readonly Column<User>[] = [
    { title: "User", render: ({ name }) => name },
    { title: "Role", render: ({ role }) => role },
    { title: "Tasks", render: ({ tasks }) => (tasks === null ? "all" : tasks.join(", ")) },
    { title: "Last login", render: ({ lastLoginAt }) => <Time at={lastLoginAt} />, isWideOnly: true },
    { title: "Actions", render: (user) => <UserActions user={user} onChange={list.reload} /> },
  ];
  return (
    <Page
      title="Users"
      actions={
        <button type="button" class="primary" onClick={() => setNew(true)}>
          New user
        </button>
      }
    >
      <DataTable
        caption="Users"
        list={list}
        columns={columns}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no user yet.">
            <p>Users log in with a name and a password. "New user" creates one; the first should be an admin.</p>
          </EmptyState>
        }
      />
      {isNew && <UserDialog user={undefined} onSaved={list.reload} onClose={() => setNew(false)} />}
    </Page>
  );
}

function UserActions({ user, onChange }: { user: User; onChange: () => void }) {
  const { api } = useApp();
  const [isEditing, setEditing] = useState(false);
  const { name } = user;
  async function remove(): Promise<void> {
    await api.call("DELETE /api/v1/users/:name", { params: { name } });
    onChange();
  }
  return (
    <div class="row-actions">
      <button type="button" onClick={() => setEditing(true)}>
        Edit
      </button>
      <DeleteButton name={name} text="The user can't log in any more." onDelete={remove} />
      {isEditing && <UserDialog user={user} onSaved={onChange} onClose={() => setEditing(false)} />}
    </div>
  );
}
