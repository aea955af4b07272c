import { describe, expect } from "bun:test";
import type { RatchetEvent } from "../../../../src/domain/events.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { FAILED, registerWorker, type StoreTest } from "../fixture.ts";
import { createCollector, listen } from "../listener.ts";

const ERROR = { code: "TASK_FAILED", message: "no" };
const ofJob = (id: number) => (event: RatchetEvent) => event.jobId === id;
const hasType = (type: string) => (events: readonly RatchetEvent[]) => events.some((event) => event.type === type);

/**
 * Events, stored and published. A listener may receive them later than the call that caused them returns, and ids need
 * not be without gaps.
 */
export function events(test: StoreTest): void {
  describe("events", () => {
    test("tell every step of a job, in order", async (s) => {
      const listener = listen(s.store);
      const { job } = await s.enqueue();
      const first = await s.claimOne();
      await s.complete(first, { kind: "retry", error: ERROR, runAt: s.clock.now() });
      const second = await s.claimOne();
      await s.complete(second, FAILED);
      await s.store.jobs.retry(job.id);
      await s.store.jobs.cancel(job.id);
      await listener.until(hasType("job.cancelled"));
      const failed = { durationMs: 1, ...ERROR };
      const expected = [
        { type: "job.queued", executionId: null, data: null },
        { type: "job.started", executionId: first.executionId, data: { attempt: 1 } },
        { type: "execution.started", executionId: first.executionId, data: { attempt: 1 } },
        { type: "execution.failed", executionId: first.executionId, data: { attempt: 1, ...failed } },
        { type: "job.retrying", executionId: first.executionId, data: { attempt: 1, ...failed } },
        { type: "job.started", executionId: second.executionId, data: { attempt: 2 } },
        { type: "execution.started", executionId: second.executionId, data: { attempt: 2 } },
        { type: "execution.failed", executionId: second.executionId, data: { attempt: 2, ...failed } },
        { type: "job.failed", executionId: second.executionId, data: { attempt: 2, ...failed } },
        { type: "job.queued", executionId: null, data: null },
        { type: "job.cancelled", executionId: null, data: null },
      ];
      const received = listener.events.filter(ofJob(job.id));
      expect(received).toMatchObject(expected.map((event) => ({ jobId: job.id, taskId: s.taskId, ...event })));
      const stored = await s.store.events.since(0, 1_000);
      expect(stored.filter(ofJob(job.id))).toEqual(received);
    });

    test("are also those of executions that were taken from a worker", async (s) => {
      const listener = listen(s.store);
      const { job } = await s.enqueue();
      const first = await s.claimOne();
      await s.store.workers.rescue("w1", 0);
      await registerWorker(s.store);
      const second = await s.claimOne();
      await s.store.jobs.cancel(job.id);
      await listener.until(hasType("job.cancelled"));
      const lost = { attempt: 1, durationMs: 0, code: "WORKER_LOST" };
      const { executionId } = second;
      expect(listener.events.filter(ofJob(job.id))).toMatchObject([
        { type: "job.queued" },
        { type: "job.started", executionId: first.executionId },
        { type: "execution.started", executionId: first.executionId, data: { attempt: 1 } },
        { type: "execution.failed", executionId: first.executionId, data: lost },
        { type: "job.queued", executionId: first.executionId, data: { ...lost, rescued: true } },
        { type: "job.started", executionId },
        { type: "execution.started", executionId, data: { attempt: 2 } },
        { type: "execution.cancelled", executionId, data: { attempt: 2, code: "CANCELLED" } },
        { type: "job.cancelled", executionId, data: { attempt: 2 } },
      ]);
    });

    test("can be read from any of them on", async (s) => {
      const { job } = await s.enqueue();
      await s.complete(await s.claimOne());
      await s.store.control.pause("all", "note");
      const all = await s.store.events.since(0, 1_000);
      expect(all.filter(ofJob(job.id)).map(({ type }) => type)).toEqual([
        "job.queued",
        "job.started",
        "execution.started",
        "execution.completed",
        "job.completed",
      ]);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      expect(await s.store.events.bounds()).toEqual({ first: all[0]?.id ?? 0, last: all.at(-1)?.id ?? 0 });
      for (const [index, { id }] of all.entries()) {
        expect(await s.store.events.since(id, 1_000)).toEqual(all.slice(index + 1));
        expect(await s.store.events.since(id, 2)).toEqual(all.slice(index + 1, index + 3));
      }
    });

    test("of what people do to the queue, tasks and schedules say what changed", async (s) => {
      const listener = listen(s.store);
      await s.store.control.pause({ taskId: s.taskId }, "note");
      await s.store.control.resume({ taskId: s.taskId });
      await s.store.control.setLimits({ taskId: s.taskId }, { concurrency: 1 });
      await s.store.tasks.setEnabled(s.taskId, false);
      const timing = { kind: "every", everyMs: 1_000 } as const;
      const schedule = { name: "secondly", taskId: s.taskId, inputJson: "{}", timing };
      const { id: scheduleId } = await s.store.schedules.create(schedule, () => null);
      await s.store.schedules.delete(scheduleId);
      await listener.until(hasType("schedule.deleted"));
      expect(listener.events).toMatchObject([
        { type: "queue.paused", taskId: s.taskId, data: "note" },
        { type: "queue.resumed", taskId: s.taskId },
        { type: "queue.limits", taskId: s.taskId },
        { type: "task.updated", taskId: s.taskId, data: { enabled: false } },
        { type: "schedule.created", scheduleId },
        { type: "schedule.deleted", scheduleId },
      ]);
    });

    test("are not emitted for work that failed", async (s) => {
      await s.enqueue({ idempotencyKey: "k" });
      const before = await s.store.events.since(0, 1_000);
      expect(await failureOf(s.enqueue({ idempotencyKey: "k", inputJson: "[]" }))).toBeInstanceOf(Error);
      expect(await s.store.events.since(0, 1_000)).toEqual(before);
    });

    test("of progress carry the value", async (s) => {
      const listener = listen(s.store);
      const { job } = await s.enqueue();
      const claimed = await s.claimOne();
      await s.store.jobs.report([{ claimed, progress: { done: 1 } }]);
      await listener.until(hasType("job.progress"));
      const { executionId } = claimed;
      expect(listener.events.at(-1)).toMatchObject({ jobId: job.id, executionId, data: { done: 1 } });
    });
  });

  describe("a listener", () => {
    test("that throws loses that call only, and holds up nobody", async (s) => {
      const broken = createCollector();
      s.store.events.subscribe((events) => {
        broken.receive(events);
        throw new Error("broken listener");
      });
      const listener = listen(s.store);
      await s.enqueue();
      await listener.until(hasType("job.queued"));
      await s.store.control.pause("all", null);
      await Promise.all([listener, broken].map((one) => one.until(hasType("queue.paused"))));
      expect(broken.events).toEqual(listener.events);
      expect(s.listenerErrors.map(String)).toEqual(["Error: broken listener", "Error: broken listener"]);
    });

    test("receives nothing more once it has unsubscribed, even if it was subscribed twice", async (s) => {
      const twice = createCollector();
      const ends = [s.store.events.subscribe(twice.receive), s.store.events.subscribe(twice.receive)];
      const listener = listen(s.store);
      await s.enqueue();
      await twice.until((events) => events.length === 2);
      ends[0]?.();
      await s.store.control.pause("all", null);
      await twice.until(hasType("queue.paused"));
      ends[1]?.();
      await s.store.control.resume("all");
      await listener.until(hasType("queue.resumed"));
      expect(twice.events.map(({ type }) => type)).toEqual(["job.queued", "job.queued", "queue.paused"]);
    });
  });
}
