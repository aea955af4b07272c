import type { TaskDetail } from "../../../../../dist/generated/api-types.ts";
import { useChunk } from "../../../api/use-chunk.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";

/** The README of a task. */
export function ReadmeTab({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/readme", { params: { task: task.uuid }, signal }),
    [task.uuid, task.version],
  );
  const chunk = useChunk(() => import("./markdown-view.tsx"));
  if (problem?.status === 404) {
    return (
      <EmptyState title="The task has no README.">
        <p>
          Write <code>README.md</code> into its folder: what it does, what it needs, who to ask.
        </p>
      </EmptyState>
    );
  }
  if (problem !== undefined) return <ErrorBox problem={problem} />;
  if (data === undefined) return <Loading />;
  if (chunk === undefined) return <pre class="plain-text">{data}</pre>;
  return <chunk.MarkdownView text={data} />;
}
