import { expect } from "bun:test";
import { RatchetError } from "../../../../src/domain/errors.ts";
import type { NewJob } from "../../../../src/domain/job.ts";
import { readText } from "../../../../src/domain/shared-text.ts";
import { defined } from "../../../../src/lib/defined.ts";
import type { EnqueuedJob } from "../../../../src/store/contract/jobs.ts";
import { add, command, live, type Model, type ModelJob } from "./queue-model.ts";

/** One job to be enqueued: small numbers choose its members, so that they often coincide. */
export interface Wish {
  task: number;
  key: number;
  unique: number;
  idempotency: number;
  input: number;
  delay: number;
}

const named = (prefix: string, n: number) => (n === 0 ? undefined : `${prefix}${n}`);

/** Enqueues jobs, all or none. */
export const enqueue = (...wishes: Wish[]) =>
  command(`enqueue(${JSON.stringify(wishes)})`, async (model, { store, clock, tasks }) => {
    const jobs = wishes.map((wish): NewJob & { runAt: number } => {
      const concurrencyKey = named("k", wish.key);
      const uniqueKey = named("u", wish.unique);
      const idempotencyKey = named("i", wish.idempotency);
      return {
        taskId: tasks[wish.task % tasks.length] ?? 0,
        inputJson: String(wish.input),
        runAt: clock.now() + wish.delay,
        maxRetries: 2,
        ...defined({ concurrencyKey, uniqueKey, idempotencyKey }),
      };
    });
    const result = await store.jobs.enqueue(jobs).catch((error: unknown) => error);
    const expected = expectedOf(model, jobs, clock.now());
    if (expected === "conflict") {
      expect(result).toBeInstanceOf(RatchetError);
      expect((result as RatchetError).code).toBe("CONFLICT");
      return;
    }
    const enqueued = result as EnqueuedJob[];
    expect(enqueued).toHaveLength(jobs.length);
    for (const [index, { job, created }] of enqueued.entries()) {
      const { model: wanted, created: isNew } = expected[index] ?? {};
      expect(created).toBe(isNew === true);
      if (wanted === undefined) throw new Error("more results than jobs");
      if (isNew) {
        wanted.id = job.id;
        add(model, wanted);
      } else expect(job.id).toBe(wanted.id);
    }
  });

type Expected = { model: ModelJob; created: boolean }[] | "conflict";

const isTwin = (job: NewJob, other: ModelJob) =>
  job.uniqueKey !== undefined && other.unique === job.uniqueKey && other.task === job.taskId && live(other);

function expectedOf(model: Model, jobs: readonly (NewJob & { runAt: number })[], now: number): Expected {
  const known = [...model.jobs];
  const expected: { model: ModelJob; created: boolean }[] = [];
  for (const job of jobs) {
    const same = known.find((other) => job.idempotencyKey !== undefined && other.idempotency === job.idempotencyKey);
    if (same !== undefined && (same.task !== job.taskId || same.input !== job.inputJson)) return "conflict";
    const twin = same ?? known.find((other) => isTwin(job, other));
    if (twin !== undefined) {
      expected.push({ model: twin, created: false });
      continue;
    }
    const fresh: ModelJob = {
      id: 0,
      task: job.taskId,
      status: "queued",
      input: readText(job.inputJson),
      key: job.concurrencyKey,
      unique: job.uniqueKey,
      idempotency: job.idempotencyKey,
      runAt: job.runAt,
      came: job.runAt <= now,
      retries: 0,
      rescues: 0,
      claimedAt: 0,
      claim: 0,
      worker: undefined,
      progress: null,
    };
    known.push(fresh);
    expected.push({ model: fresh, created: true });
  }
  return expected;
}
