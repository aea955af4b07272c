import type { Source } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { Time } from "../../components/time.tsx";
import { ActionButton } from "../../detail/action-button.tsx";
import { SourceProblems } from "./source-problems.tsx";

const TONES: Readonly<Record<Source["state"], Tone>> = {
  pending: "waiting",
  current: "good",
  stale: "waiting",
  unavailable: "bad",
};

const COLUMNS: readonly Column<Source>[] = [
  { title: "Source", render: ({ name }) => name },
  { title: "Kind", render: ({ kind }) => kind },
  { title: "Place", render: ({ uri }) => <code>{uri}</code>, isWideOnly: true },
  { title: "State", render: ({ state }) => <StatusBadge status={state} tone={TONES[state]} /> },
  { title: "Tasks", render: ({ tasks }) => tasks, kind: "number" },
  { title: "Checked", render: ({ checkedAt }) => <Time at={checkedAt} /> },
];

const keyOf = ({ name }: Source) => name;

/** The sources that tasks are loaded from. */
export default function SourcesPage() {
  const { api, access } = useApp();
  const list = usePages((_cursor, signal) => api.call("GET /api/v1/registry/sources", { signal }), {
    inputs: [],
    keyOf,
    on: ["task.*"],
  });

  /** @param name of the source; all without one */
  async function refresh(name?: string): Promise<string> {
    const { items } =
      name === undefined
        ? await api.call("POST /api/v1/registry/sources/refresh")
        : await api.call("POST /api/v1/registry/sources/:name/refresh", { params: { name } });
    list.reload();
    const failed = items.filter(({ error }) => error !== null);
    if (failed.length > 0) {
      throw new Error(failed.map((source) => `${source.name} could not be refreshed: ${source.error}`).join(" "));
    }
    return name === undefined ? "The sources were refreshed." : `${name} was refreshed.`;
  }

  const actions: Column<Source> = {
    title: "Actions",
    render: ({ name }) => <ActionButton name="Refresh" onAct={() => refresh(name)} />,
  };

  return (
    <Page title="Sources" actions={access.can("admin") && <ActionButton name="Refresh all" onAct={() => refresh()} />}>
      <DataTable
        caption="Sources"
        list={list}
        columns={access.can("admin") ? [...COLUMNS, actions] : COLUMNS}
        keyOf={keyOf}
        empty={
          <EmptyState title="This server has no source of tasks.">
            <p>
              Name a folder, an archive or a repository in the configuration under <code>registry.sources</code>.
            </p>
          </EmptyState>
        }
      />
      <SourceProblems sources={list.items ?? []} />
    </Page>
  );
}
