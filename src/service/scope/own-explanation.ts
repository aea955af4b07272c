import type { JobExplanation } from "../../store/contract/job-explanation.ts";

/**
 * Returns why a job does not run, for a caller who is limited to some tasks. The limits of a task count jobs of that task
 * alone. The queue, a concurrency key and the suspects are shared, so their numbers would count the jobs of other tasks:
 * they are left out.
 */
export function ownExplanation(explanation: JobExplanation): JobExplanation {
  const shared = { ...explanation, ahead: null, running: null };
  switch (explanation.reason) {
    case "waiting_for_worker":
      return { ...shared, message: "The job is ready and waits for a free worker." };
    case "key_concurrency":
      return { ...shared, limit: null, message: "As many jobs of its concurrency key are running as may run at once." };
    case "key_rate":
      // The time would be that of the jobs ahead as well.
      return { ...shared, limit: null, until: null, message: "The rate limit of its concurrency key is used up." };
    case "suspect":
      return shared;
    default:
      return explanation;
  }
}
