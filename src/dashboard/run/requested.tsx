import type { Job } from "../../../dist/generated/api-types.ts";

/** Says that a job or an execution is being cancelled or paused. Nothing for others. */
export function Requested({ cancelling, pausing }: Pick<Job, "cancelling" | "pausing">) {
  if (cancelling) {
    return (
      <p class="notice" role="status">
        <strong>It is being cancelled.</strong> Its run cleans up first: what it has in <code>catch</code> and{" "}
        <code>finally</code> still runs, within the task's limit <code>cleanup</code>. Kill ends it at once.
      </p>
    );
  }
  if (!pausing) return null;
  return (
    <p class="notice" role="status">
      <strong>It is being paused.</strong> That is done as soon as its run only waits.
    </p>
  );
}
