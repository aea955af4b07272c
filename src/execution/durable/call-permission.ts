import type { DurableError } from "../../domain/durable.ts";
import { matchesLabel } from "../../domain/label-pattern.ts";
import type { TaskMetadata } from "../../domain/task.ts";

/**
 * Checks whether a task may call another one. A task without `permissions` may call all; one with permissions may call
 * those that `permissions.tasks` names.
 * @param label of the task that it calls
 * @returns what the call rejects with; undefined if it is permitted
 */
export function checkCallPermission(
  { label: caller, permissions }: Pick<TaskMetadata, "label" | "permissions">,
  label: string,
): DurableError | undefined {
  if (permissions === undefined || matchesLabel(permissions.tasks ?? [], label)) return undefined;
  return {
    name: "PermissionError",
    code: "PERMISSION_DENIED",
    message: `${caller} may not call the task ${label}: permissions.tasks of its metadata does not name it`,
  };
}
