import type { TaskDetail, TaskName } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { ValuePanel } from "./value-panel.tsx";

/** What {@link Values} takes. */
export interface ValuesProps {
  task: TaskName | null;
  input: unknown;
  /** What it returned; undefined if it has not completed. */
  output: unknown;
  /** Why there is no output. */
  noOutput: string;
}

/** Input and output next to their schemas. */
export function Values({ task, input, output, noOutput }: ValuesProps) {
  const { api } = useApp();
  const { data } = useLoad<TaskDetail | null>(
    async (signal) =>
      task === null ? null : await api.call("GET /api/v1/tasks/:task", { params: { task: task.uuid }, signal }),
    [task?.uuid],
  );
  return (
    <div class="values">
      <ValuePanel title="Input" value={input} schema={data?.inputSchema} />
      <ValuePanel title="Output" value={output} schema={data?.outputSchema} none={noOutput} />
    </div>
  );
}
