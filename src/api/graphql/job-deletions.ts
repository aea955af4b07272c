import type { RatchetEvent } from "../../domain/events.ts";
import type { JobStatus } from "../../domain/job.ts";
import type { FeedReader } from "../../service/events/feed-reader.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";

/** A job that was deleted. */
interface JobDeletion {
  jobId: number;
  taskId: number;
  scheduleId: number | null;
  status: JobStatus;
  /** ms since the epoch. */
  time: number;
}

/** Adds the subscription to deleted jobs, which `jobUpdates` can't deliver because they no longer exist. */
export function addJobDeletions(builder: Builder, { enums }: ObjectTypes): void {
  const deletion = builder.objectRef<JobDeletion>("JobDeletion").implement({
    description: "A job that was deleted.",
    fields: (t) => ({
      jobId: t.exposeInt("jobId", { description: "Id of the job." }),
      taskId: t.exposeInt("taskId", { description: "Id of the task that the job ran." }),
      scheduleId: t.exposeInt("scheduleId", {
        nullable: true,
        description: "Number of the schedule that created the job; null if it was created otherwise.",
      }),
      status: t.expose("status", { type: enums.jobStatus, description: "Status of the job before it was deleted." }),
      time: t.expose("time", { type: "DateTime", description: "When the job was deleted." }),
    }),
  });
  builder.subscriptionFields((t) => ({
    jobDeletions: t.field({
      type: deletion,
      description:
        "Jobs that someone deletes. Jobs that are deleted at the end of their retention time are not reported.",
      args: { taskId: t.arg.int({ required: false }) },
      async subscribe(_root, { taskId }, { feed, signal }) {
        const matches = (event: RatchetEvent) =>
          event.type === "job.deleted" && (taskId == null || event.taskId === taskId);
        const reader = await feed.read({ matches });
        signal.addEventListener("abort", reader.close, { once: true });
        if (signal.aborted) reader.close();
        return deletionsOf(reader);
      },
      resolve: (found) => found,
    }),
  }));
}

/** Not a generator: its end would wait for the next event. */
function deletionsOf(reader: FeedReader): AsyncIterableIterator<JobDeletion> {
  let waiting: JobDeletion[] = [];
  const iterator: AsyncIterableIterator<JobDeletion> = {
    async next() {
      while (waiting.length === 0) {
        const item = await reader.next();
        if (item === undefined) return { done: true, value: undefined };
        if (item.kind === "events") waiting = item.events.map(deletionOf);
      }
      return { done: false, value: waiting.shift() as JobDeletion };
    },
    async return() {
      reader.close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function deletionOf({ jobId, taskId, scheduleId, data, time }: RatchetEvent): JobDeletion {
  const { status } = data as { status: JobStatus };
  return { jobId: jobId ?? 0, taskId: taskId ?? 0, scheduleId, status, time };
}
