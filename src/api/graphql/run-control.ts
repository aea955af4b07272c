import { defined, given } from "../../lib/defined.ts";
import type { ForkedRun } from "../../service/runs/fork-run.ts";
import { FORKED_JOB } from "../resources/job.ts";
import { FORK_REQUEST } from "../resources/run-requests.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";

const JOB = { description: "Id of the job." } as const;
const EXECUTION = { description: "Id of the execution." } as const;
const NEXT_VERSION = {
  required: false,
  description: "Exact version of the task that runs from now on. Default: the one that ran.",
} as const;

/** Adds the mutations that end runs at once, hold them and let them go on. */
export function addRunControl(builder: Builder, { job, execution }: ObjectTypes): void {
  builder.mutationFields((t) => ({
    killJob: t.field({
      type: job,
      description: "Cancels a job at once: neither catch nor finally of the task runs.",
      args: { id: t.arg.int(JOB) },
      resolve: (_root, { id }, { services }) => services.jobs.kill(id),
    }),
    pauseJob: t.field({
      type: job,
      description: "Pauses a waiting job, or one whose run sleeps or can go to sleep.",
      args: { id: t.arg.int(JOB) },
      resolve: (_root, { id }, { services }) => services.jobs.pause(id),
    }),
    resumeJob: t.field({
      type: job,
      description: "Lets a paused job go on, or a failed one continue with what its run has recorded.",
      args: { id: t.arg.int(JOB), version: t.arg.string(NEXT_VERSION) },
      resolve: (_root, { id, version }, { services }) => services.jobs.resume(id, given({ version }), ""),
    }),
    killExecution: t.field({
      type: execution,
      description: "Cancels an execution and its job at once: neither catch nor finally of the task runs.",
      args: { id: t.arg.int(EXECUTION) },
      resolve: (_root, { id }, { services }) => services.executions.kill(id),
    }),
    pauseExecution: t.field({
      type: execution,
      description: "Pauses the job of an execution.",
      args: { id: t.arg.int(EXECUTION) },
      resolve: (_root, { id }, { services }) => services.executions.pause(id),
    }),
    resumeExecution: t.field({
      type: job,
      description: "Lets the job of a paused or failed execution go on.",
      args: { id: t.arg.int(EXECUTION), version: t.arg.string(NEXT_VERSION) },
      resolve: (_root, { id, version }, { services }) => services.executions.resume(id, given({ version }), ""),
    }),
  }));
}

/** Adds the mutation that forks runs. */
export function addRunForks(builder: Builder, { job }: ObjectTypes): void {
  const forked = builder.objectRef<ForkedRun>("ForkedRun").implement({
    description: FORKED_JOB.description,
    fields: (t) => ({
      job: t.expose("job", { type: job, description: "The job." }),
      warnings: t.exposeStringList("warnings", { description: FORKED_JOB.properties.warnings.description }),
    }),
  });
  builder.mutationFields((t) => ({
    forkExecution: t.field({
      type: forked,
      description:
        "Does a finished run again from one of its steps, as another job. Steps that do not follow keep their results.",
      args: {
        id: t.arg.int(EXECUTION),
        from: t.arg.string({ description: FORK_REQUEST.properties.from.description }),
        input: t.arg({ type: "JSON", required: false, description: FORK_REQUEST.properties.input.description }),
        version: t.arg.string({ required: false, description: FORK_REQUEST.properties.version.description }),
        force: t.arg.boolean({ required: false, description: FORK_REQUEST.properties.force.description }),
      },
      resolve: (_root, { id, from, input, version, force }, { services }) =>
        services.runs.fork(id, { from, ...defined({ input }), ...given({ version, force }) }, ""),
    }),
  }));
}
