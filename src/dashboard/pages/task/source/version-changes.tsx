import { useState } from "preact/hooks";
import { useChunk } from "../../../api/use-chunk.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { SelectField } from "../../../components/select-field.tsx";

/** What changed in the program between two versions, which the reader chooses. @param versions newest first */
export function VersionChanges({ task, versions }: { task: string; versions: readonly string[] }) {
  const { api } = useApp();
  const [before, setBefore] = useState(versions[1] ?? "");
  const [after, setAfter] = useState(versions[0] ?? "");
  const options = versions.map((value) => ({ value, name: value }));
  const { data, problem } = useLoad(
    (signal) => {
      const sourceOf = (version: string) =>
        api.call("GET /api/v1/tasks/:task/source", { params: { task }, query: { version }, signal });
      return Promise.all([sourceOf(before), sourceOf(after)]);
    },
    [task, before, after],
  );
  const chunk = useChunk(() => import("./diff-view.tsx"));
  return (
    <section aria-labelledby="changes">
      <h2 id="changes" class="tab-heading">
        What changed
      </h2>
      <div class="source-tools">
        <SelectField label="From" value={before} options={options} onChange={setBefore} />
        <SelectField label="To" value={after} options={options} onChange={setAfter} />
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {problem === undefined && (data === undefined || chunk === undefined) && <Loading />}
      {data !== undefined && chunk !== undefined && <chunk.DiffView before={data[0]} after={data[1]} />}
    </section>
  );
}
