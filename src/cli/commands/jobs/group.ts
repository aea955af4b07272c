import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet jobs`. */
export const JOBS: GroupDefinition = defineGroup({
  meta: { name: "jobs", description: "List, show and change the jobs of a running server" },
  subCommands: {
    list: defineLazyCommand("List jobs, newest first", async () => (await import("./list.ts")).JOBS_LIST),
    show: defineLazyCommand(
      "Print a job, its executions, and why it is not running",
      async () => (await import("./show.ts")).JOBS_SHOW,
    ),
    cancel: defineLazyCommand("Cancel waiting or running jobs", async () => (await import("./change.ts")).jobsCancel()),
    retry: defineLazyCommand("Requeue failed or cancelled jobs", async () => (await import("./change.ts")).jobsRetry()),
    kill: defineLazyCommand("Cancel jobs at once, without clean-up", async () =>
      (await import("./control.ts")).controlCommand({ kind: "jobs", action: "kill" }),
    ),
    pause: defineLazyCommand("Pause jobs that wait, or whose runs sleep", async () =>
      (await import("./control.ts")).controlCommand({ kind: "jobs", action: "pause" }),
    ),
    resume: defineLazyCommand("Let paused or failed jobs go on", async () =>
      (await import("./control.ts")).resumeCommand("jobs"),
    ),
  },
});
