import type { ForkOrigin, Job, JobChain, JobParent } from "../../domain/job.ts";
import { waitingRunOf } from "../../service/runs/waiting.ts";
import { JOB } from "../resources/job.ts";
import { CHAIN, FORK, PARENT } from "../resources/job-origin.ts";
import { storedValue, storedValueOrNull } from "../resources/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addErrorType } from "./error-type.ts";
import type { addExecutionType } from "./execution-type.ts";
import { exposedFields } from "./exposed-fields.ts";
import { requestFields } from "./request-fields.ts";
import type { addWaitingType } from "./run-types.ts";
import type { addTaskType } from "./task-type.ts";

/** Maximum number of attempts of a job that are shown. */
const MAX_EXECUTIONS = 100;

/** Types that the type of jobs refers to. */
interface JobParts {
  taskType: ReturnType<typeof addTaskType>;
  executionType: ReturnType<typeof addExecutionType>;
  errorType: ReturnType<typeof addErrorType>;
  waiting: ReturnType<typeof addWaitingType>;
}

/** Adds the type of jobs. Jobs have executions, but executions have no job, so that queries can't nest without end. */
export function addJobType(builder: Builder, enums: Enums, { taskType, executionType, errorType, waiting }: JobParts) {
  const { chain, parent, fork } = addOriginTypes(builder, enums);
  return builder.objectRef<Job>("Job").implement({
    description: "A durable request to run a task with an input.",
    fields: (t) => ({
      ...exposedFields(t, enums, JOB, [
        "task",
        "input",
        "cancelling",
        "pausing",
        "waitingFor",
        "after",
        "parent",
        "forkedFrom",
        "error",
      ]),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      input: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      output: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ status, executionId }, _args, { loaders }) => {
          if (status !== "completed" || executionId === null) return null;
          return storedValueOrNull((await loaders.execution.load(executionId))?.outputJson ?? null);
        },
      }),
      ...requestFields(t, JOB.properties),
      waitingFor: t.field({
        type: [waiting],
        description: JOB.properties.waitingFor.description,
        resolve(job, _args, { loaders }) {
          const runId = waitingRunOf(job);
          return runId === null ? [] : loaders.waiting.load(runId);
        },
      }),
      after: t.expose("after", { type: chain, nullable: true, description: JOB.properties.after.description }),
      parent: t.expose("parent", { type: parent, nullable: true, description: JOB.properties.parent.description }),
      forkedFrom: t.expose("forkedFrom", {
        type: fork,
        nullable: true,
        description: JOB.properties.forkedFrom.description,
      }),
      error: t.expose("error", { type: errorType, nullable: true }),
      executions: t.field({
        type: [executionType],
        description: `The latest ${MAX_EXECUTIONS} attempts, oldest first.`,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.executionsOfJob.load(id)).slice(-MAX_EXECUTIONS),
      }),
    }),
  });
}

/** Adds the types of where a job comes from. */
function addOriginTypes(builder: Builder, enums: Enums) {
  const chain = builder.objectRef<JobChain>("JobChain").implement({
    description: CHAIN.description,
    fields: (t) => exposedFields(t, enums, CHAIN, []),
  });
  const parent = builder.objectRef<JobParent>("JobParent").implement({
    description: PARENT.description,
    fields: (t) => exposedFields(t, enums, PARENT, []),
  });
  const fork = builder.objectRef<ForkOrigin>("ForkOrigin").implement({
    description: FORK.description,
    fields: (t) => exposedFields(t, enums, FORK, []),
  });
  return { chain, parent, fork };
}
