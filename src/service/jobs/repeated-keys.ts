import { RatchetError } from "../../domain/errors.ts";
import type { Job, NewJob } from "../../domain/job.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** Checks the idempotency key of a job. @throws {RatchetError} CONFLICT if an earlier, different request has it */
export type CheckRepeatedKey = (job: NewJob, taskUuid: string) => Promise<void>;

/**
 * Checks the idempotency keys of a batch before it is stored, so that all conflicts are reported together. The store
 * has the last word, because another request may use a key in the meantime.
 */
export function createRepeatedKeyCheck({
  store,
  checks,
}: Pick<ServiceDependencies, "store" | "checks">): CheckRepeatedKey {
  const inThisBatch = new Map<string, NewJob>();
  return async (job, taskUuid) => {
    const { idempotencyKey: key } = job;
    if (key === undefined) return;
    const earlier: NewJob | Job | undefined = inThisBatch.get(key) ?? (await store.jobs.byIdempotencyKey(key));
    if (earlier === undefined) {
      inThisBatch.set(key, job);
      return;
    }
    const sameTask = earlier.taskId === job.taskId && (earlier.version ?? null) === (job.version ?? null);
    // The input of a job that starts after others is made of their outputs, whatever it was before.
    const made = job.after?.givesInput === true && "after" in earlier && earlier.after !== null;
    if (sameTask && (made || (await checks.same(earlier.inputJson, job.inputJson, taskUuid)))) return;
    throw new RatchetError("CONFLICT", "The idempotency key was used for another request.", {
      data: { idempotencyKey: key, field: "idempotencyKey" },
      remedy: "Use a new key for each different request.",
    });
  };
}
