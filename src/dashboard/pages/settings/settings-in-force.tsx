import { useState } from "preact/hooks";
import type { Setting } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { type Column, Rows } from "../../components/data-table.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { TextField } from "../../components/text-field.tsx";

const COLUMNS: readonly Column<Setting>[] = [
  { title: "Key", render: ({ key }) => <code>{key}</code> },
  {
    title: "Value",
    render: ({ value }) => (value === null ? <span class="quiet">not set</span> : <code>{value}</code>),
  },
  { title: "Origin", render: ({ origin }) => originText(origin) },
  { title: "Default", render: (setting) => setting.default ?? <span class="quiet">none</span>, isWideOnly: true },
  { title: "Description", render: ({ description }) => description, isWideOnly: true },
];

const keyOf = ({ key }: Setting) => key;

/** The settings that the server runs with, and where each comes from. */
export function SettingsInForce() {
  const { api } = useApp();
  const [search, setSearch] = useState("");
  const { data, problem } = useLoad((signal) => api.call("GET /api/v1/settings", { signal }), []);
  const wanted = search.trim().toLowerCase();
  const items = data?.items.filter(({ key, description }) => `${key} ${description}`.toLowerCase().includes(wanted));
  return (
    <section class="panel settings-in-force" aria-labelledby="in-force">
      <div class="panel-head">
        <h2 id="in-force">Settings in force</h2>
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {items === undefined && problem === undefined && <Loading />}
      {items !== undefined && (
        <>
          <TextField label="Search settings" type="search" value={search} onInput={setSearch} />
          <Rows caption="Settings in force" items={items} columns={COLUMNS} keyOf={keyOf} />
        </>
      )}
    </section>
  );
}

/** Returns where a value came from, in words. */
function originText({ from, path, line, profile, variable, option }: Setting["origin"]): string {
  if (from === "file") {
    const place = line === undefined ? path : `${path}:${line}`;
    return profile === undefined ? `file ${place}` : `file ${place}, profile ${profile}`;
  }
  if (from === "environment") return `environment variable ${variable}`;
  return from === "option" ? `option ${option}` : "default";
}
