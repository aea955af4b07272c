import { RatchetError } from "../../domain/errors.ts";
import type { ScheduleReference } from "../../service/schedules/schedule-reference.ts";
import { type TaskReference, taskReference } from "../../service/tasks/find-task.ts";
import type { Builder } from "./builder.ts";

type Optional<T> = T | null | undefined;

/** How a request identifies a task: `task` is a label, uuid or id, `taskId` an id. */
export interface TaskNames {
  task?: Optional<string | number>;
  taskId?: Optional<number>;
}

/** Returns the task of a request, if it has one. @throws {RatchetError} USAGE if it has both members */
export function optionalTask({ task, taskId }: TaskNames, pointer = ""): TaskReference | undefined {
  if (task != null && taskId != null)
    throw wrong(`${pointer}/task`, "and taskId are both given", "Give only one of task and taskId.");
  return task == null ? (taskId ?? undefined) : taskReference(String(task));
}

/** Returns the task of a request. @throws {RatchetError} USAGE unless it has exactly one of the members */
export function requiredTask(names: TaskNames, pointer = ""): TaskReference {
  const reference = optionalTask(names, pointer);
  if (reference !== undefined) return reference;
  throw wrong(`${pointer}/task`, "is missing", "Give the label, uuid or id of the task.");
}

type Arguments = Parameters<Parameters<Builder["mutationFields"]>[0]>[0];

/** The arguments that identify a schedule: its id or its name. */
export function scheduleArguments({ arg }: Pick<Arguments, "arg">) {
  return { id: arg.int({ required: false }), name: arg.string({ required: false }) };
}

/** Returns the schedule of a request. @throws {RatchetError} USAGE unless it has exactly one of id and name */
export function scheduleNamed({ id, name }: { id?: Optional<number>; name?: Optional<string> }): ScheduleReference {
  const reference = id ?? name;
  if (reference != null && (id == null || name == null)) return reference;
  throw wrong("/id", "or name must be given, but not both", "Give the id or the name of the schedule.");
}

function wrong(pointer: string, message: string, remedy: string): RatchetError {
  return new RatchetError("USAGE", `${pointer} ${message}.`, { data: { violations: [{ pointer, message }] }, remedy });
}
