import { useState } from "preact/hooks";
import type { TaskDetail } from "../../../../../dist/generated/api-types.ts";
import { useChunk } from "../../../api/use-chunk.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { CopyButton } from "../../../components/copy-button.tsx";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { SelectField } from "../../../components/select-field.tsx";

/** The program of a task, of any version that can be run. */
export function SourceTab({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { uuid, availableVersions } = task;
  const [version, setVersion] = useState(availableVersions[0] ?? task.version);
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/source", { params: { task: uuid }, query: { version }, signal }),
    [uuid, version],
  );
  const chunk = useChunk(() => import("./code-view.tsx"));
  return (
    <>
      <div class="source-tools">
        {availableVersions.length > 1 && (
          <SelectField
            label="Version"
            value={version}
            options={availableVersions.map((value) => ({ value, name: value }))}
            onChange={setVersion}
          />
        )}
        {data !== undefined && <CopyButton text={data} label="Copy the source" />}
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {data === undefined && problem === undefined && <Loading />}
      {data !== undefined && (chunk === undefined ? <Plain text={data} /> : <chunk.CodeView text={data} />)}
    </>
  );
}

function Plain({ text }: { text: string }) {
  return <pre class="code-view">{text}</pre>;
}
