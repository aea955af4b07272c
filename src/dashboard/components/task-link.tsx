import type { TaskName } from "../../../dist/generated/api-types.ts";
import { Link } from "../routing/link.tsx";

/** The label of a task as a link to its page. @param task null once the task is gone from the database */
export function TaskLink({ task }: { task: TaskName | null }) {
  if (task === null) return <span class="quiet">deleted task</span>;
  return (
    <Link to={`/tasks/${encodeURIComponent(task.label)}`} class="task-link">
      {task.label}
    </Link>
  );
}
