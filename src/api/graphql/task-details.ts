import type { SchemaViolation } from "../../domain/task.ts";
import { defined, given } from "../../lib/defined.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { Validation } from "../../service/tasks/task-service.ts";
import type { UnfinishedCounts, VersionInUse } from "../../service/tasks/versions-in-use.ts";
import { UNFINISHED_COUNTS } from "../resources/job-parts.ts";
import type { View } from "../resources/resource.ts";
import { PROGRAM, TASK_VERSION } from "../resources/task.ts";
import { VALIDATION, VIOLATION } from "../resources/validation.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the queries for a task's versions and program, and the one that checks a task. */
export function addTaskDetails(builder: Builder, { enums, problem }: ObjectTypes): void {
  const validation = addValidationType(builder, enums, problem);
  const unfinished = builder.objectRef<UnfinishedCounts>("UnfinishedJobs").implement({
    description: UNFINISHED_COUNTS.description,
    fields: (t) => exposedFields(t, enums, UNFINISHED_COUNTS, []),
  });
  const version = builder.objectRef<VersionInUse>("TaskVersion").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, TASK_VERSION, ["unfinished"]),
      unfinished: t.expose("unfinished", {
        type: unfinished,
        description: TASK_VERSION.properties.unfinished.description,
      }),
    }),
  });
  const program = builder.objectRef<View<typeof PROGRAM>>("Program").implement({
    fields: (t) => exposedFields(t, enums, PROGRAM, []),
  });
  builder.queryFields((t) => ({
    taskVersions: t.field({
      type: [version],
      description: "All versions of a task that were ever seen, newest first.",
      args: { task: t.arg.id() },
      resolve: (_root, { task }, { services }) => services.tasks.versions(taskReference(task)),
    }),
    taskSource: t.field({
      type: program,
      description: "The text of a task's program, as it was written.",
      args: { task: t.arg.id(), version: t.arg.string({ required: false }) },
      async resolve(_root, { task, version: wanted }, { services, budget }) {
        const found = await services.tasks.programText(taskReference(task), wanted ?? undefined);
        budget.spend(Buffer.byteLength(found.text));
        return found;
      },
    }),
    validateTask: t.field({
      type: validation,
      description:
        "Checks a task's program, schemas and tests, and an input if one is given. Runs and changes nothing.",
      args: {
        task: t.arg.id(),
        version: t.arg.string({ required: false }),
        input: t.arg({ type: "JSON", required: false, description: "Checked against the task's input schema." }),
      },
      resolve: (_root, { task, version: wanted, input }, { services }) => {
        const request = { ...given({ version: wanted }), ...defined({ input }) };
        return services.tasks.validate(taskReference(task), request, "/input");
      },
    }),
  }));
}

function addValidationType(builder: Builder, enums: Enums, problem: ObjectTypes["problem"]) {
  const violation = builder.objectRef<SchemaViolation>("Violation").implement({
    fields: (t) => exposedFields(t, enums, VIOLATION, []),
  });
  return builder.objectRef<Validation>("Validation").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, VALIDATION, ["problems", "violations"]),
      problems: t.field({ type: [problem], resolve: ({ problems }) => [...problems] }),
      violations: t.expose("violations", { type: [violation] }),
    }),
  });
}
