import type { TaskRecord } from "../../store/contract/tasks.ts";
import { ID, type TaskName, TEXT } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** A short reference to a task. */
export const TASK_NAME = defineResource("A short reference to a task.", {
  id: { ...ID, description: "Id of the task in this database." },
  uuid: { ...TEXT, description: "The task's own identity, from its metadata." },
  label: { ...TEXT, description: "Short name of the task, from its metadata." },
});

/** A task as other resources name it. */
export function taskName({ id, uuid, label }: TaskRecord): View<typeof TASK_NAME> & TaskName {
  return { id, uuid, label };
}
