import { useState } from "preact/hooks";
import type { User } from "../../../../dist/generated/api-types.ts";
import { AdminsOnly } from "../../admin/admins-only.tsx";
import { DeleteButton } from "../../admin/delete-button.tsx";
import { NewButton } from "../../admin/new-button.tsx";
import { useFirstAdmin } from "../../admin/use-first-admin.ts";
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
  const isFirst = useFirstAdmin();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/users", { signal }), { inputs: [], keyOf });
  const columns: readonly Column<User>[] = [
    { title: "User", render: ({ name }) => name },
    { title: "Role", render: ({ role }) => role },
    { title: "Tasks", render: ({ tasks }) => (tasks === null ? "all" : tasks.join(", ")) },
    { title: "Last login", render: ({ lastLoginAt }) => <Time at={lastLoginAt} />, isWideOnly: true },
    {
      title: "Actions",
      render: (user) => (
        <UserActions user={user} isLastAdmin={isLastAdmin(user, list.items ?? [])} onChange={list.reload} />
      ),
    },
  ];
  return (
    <Page
      title="Users"
      actions={
        <NewButton name={isFirst ? "Create the first admin" : "New user"}>
          {(close) => <UserDialog user={undefined} isFirst={isFirst} onSaved={list.reload} onClose={close} />}
        </NewButton>
      }
    >
      <DataTable
        caption="Users"
        list={list}
        columns={columns}
        keyOf={keyOf}
        empty={
          <EmptyState title="There is no user yet.">
            <p>
              {isFirst
                ? "Everyone on this machine may use this server. From the first user on, everyone has to log in."
                : 'Users log in with a name and a password. "New user" creates one.'}
            </p>
          </EmptyState>
        }
      />
    </Page>
  );
}

/** Whether nobody else administers the server. */
function isLastAdmin({ name, role }: User, users: readonly User[]): boolean {
  const others = users.filter((user) => user.name !== name && user.role === "admin" && user.tasks === null);
  return role === "admin" && others.length === 0;
}

interface UserActionsProps {
  user: User;
  isLastAdmin: boolean;
  onChange: () => void;
}

function UserActions({ user, isLastAdmin, onChange }: UserActionsProps) {
  const { api, access } = useApp();
  const [isEditing, setEditing] = useState(false);
  const { name } = user;
  const me = access.me.value;
  const text = [
    me?.kind === "user" && me.name === name
      ? "This is you: you are logged out at once."
      : "The user is logged out at once, and can't log in any more.",
    isLastAdmin &&
      `No other user is an admin. "ratchet user create NAME --role admin" on the server's machine makes one.`,
  ];
  async function remove(): Promise<void> {
    await api.call("DELETE /api/v1/users/:name", { params: { name } });
    onChange();
  }
  return (
    <div class="row-actions">
      <button type="button" onClick={() => setEditing(true)}>
        Edit
      </button>
      <DeleteButton name={name} text={text.filter(Boolean).join(" ")} onDelete={remove} />
      {isEditing && <UserDialog user={user} onSaved={onChange} onClose={() => setEditing(false)} />}
    </div>
  );
}
