import { given } from "../../lib/defined.ts";
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
