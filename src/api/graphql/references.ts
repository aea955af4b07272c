import { RatchetError } from "../../domain/errors.ts";
import type { ScheduleReference } from "../../service/schedules/schedule-service.ts";
import { type TaskReference, taskReference } from "../../service/tasks/find-task.ts";
import type { Builder } from "./builder.ts";

type Optional<T> = T | null | undefined;

/** How a request names a task: `task` is a label, uuid or id, `taskId` an id. */
export interface TaskNames {
  task?: Optional<string | number>;
  taskId?: Optional<number>;
}

/** The task that a request names, if any. @throws {RatchetError} USAGE when it names two */
export function optionalTask({ task, taskId }: TaskNames, pointer = ""): TaskReference | undefined {
  if (task != null && taskId != null)
    throw wrong(`${pointer}/task`, "must be left out, or taskId must be", "Give one of task and taskId.");
  return task == null ? (taskId ?? undefined) : taskReference(String(task));
}

/** The task that a request has to name. @throws {RatchetError} USAGE unless it names one */
export function requiredTask(names: TaskNames, pointer = ""): TaskReference {
  const reference = optionalTask(names, pointer);
  if (reference !== undefined) return reference;
  throw wrong(`${pointer}/task`, "is missing", "Name the task by its label, uuid or id.");
}

type Arguments = Parameters<Parameters<Builder["mutationFields"]>[0]>[0];

/** The arguments that identify a schedule: its id or its name. */
export function scheduleArguments({ arg }: Pick<Arguments, "arg">) {
  return { id: arg.int({ required: false }), name: arg.string({ required: false }) };
}

/** The schedule that a request names by its id or its name. @throws {RatchetError} USAGE unless it gives one of them */
export function scheduleNamed({ id, name }: { id?: Optional<number>; name?: Optional<string> }): ScheduleReference {
  const reference = id ?? name;
  if (reference != null && (id == null || name == null)) return reference;
  throw wrong("/id", "or name must be given, not both", "Name the schedule by its id or its name.");
}

function wrong(pointer: string, message: string, remedy: string): RatchetError {
  return new RatchetError("USAGE", `${pointer} ${message}.`, { data: { violations: [{ pointer, message }] }, remedy });
}
