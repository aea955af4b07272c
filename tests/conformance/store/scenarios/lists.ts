import { describe, expect } from "bun:test";
import type { Job } from "../../../../src/domain/job.ts";
import type { JobFilter } from "../../../../src/store/contract/jobs.ts";
import type { Page, PageRequest } from "../../../../src/store/contract/page.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { addTask, COMPLETED, FAILED, type Fixture, type StoreTest } from "../fixture.ts";

/** All items of a list, page by page. */
async function allPages<T>(read: (page: PageRequest) => Promise<Page<T>>, request: PageRequest): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page<T> = await read(cursor === undefined ? request : { ...request, cursor });
    expect(page.items.length).toBeLessThanOrEqual(request.limit ?? 50);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** Jobs of two tasks that differ in whatever a filter can ask for. */
async function variedJobs(s: Fixture): Promise<Job[]> {
  const other = await addTask(s.store, "other");
  for (let n = 0; n < 30; n++) {
    await s.enqueue({
      inputJson: String(n),
      taskId: n % 5 === 4 ? other : s.taskId,
      priority: n % 7 === 0 ? "high" : "normal",
      tags: n % 4 === 0 ? ["even", "common"] : ["common"],
      ...(n % 3 === 0 && { concurrencyKey: `c${n % 2}`, version: "1.0.0" }),
      ...(n % 10 === 0 && { uniqueKey: `u${n}`, idempotencyKey: `i${n}` }),
    });
    if (n % 3 === 0) s.clock.advance(1_000);
  }
  const claimed = await s.claim(15);
  await s.complete(claimed.slice(0, 5), COMPLETED);
  await s.complete(claimed.slice(5, 10), FAILED);
  const { items } = await s.store.jobs.list({}, { limit: 1_000 });
  return items;
}

/** Whether a job meets a filter, as the contract says. */
function matches(job: Job, filter: JobFilter): boolean {
  const { status, tag, errorCode, createdFrom, createdTo, ...members } = filter;
  return (
    (status === undefined || status.includes(job.status)) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (errorCode === undefined || job.error?.code === errorCode) &&
    (createdFrom === undefined || job.createdAt >= createdFrom) &&
    (createdTo === undefined || job.createdAt < createdTo) &&
    Object.entries(members).every(([name, value]) => job[name as keyof Job] === value)
  );
}

/** Lists, their filters and their pages. */
export function lists(test: StoreTest): void {
  describe("a list of jobs", () => {
    test("has what the filter asks for, on pages without gaps or repeats, in both orders", async (s) => {
      const all = await variedJobs(s);
      const start = all.at(-1)?.createdAt ?? 0;
      const filters: JobFilter[] = [
        {},
        { status: ["completed"] },
        { status: ["completed", "failed", "queued"] },
        { status: [] },
        { taskId: s.taskId },
        { taskId: s.taskId, status: ["failed", "processing"] },
        { taskId: 999_999 },
        { scheduleId: 999_999 },
        { createdFrom: start + 2_000, createdTo: start + 7_000 },
        { createdFrom: start + 2_000, status: ["queued", "completed"], taskId: s.taskId },
        { priority: "high" },
        { priority: "normal", status: ["queued"] },
        { tag: "even" },
        { tag: "common", createdFrom: start + 3_000 },
        { tag: "unknown" },
        { concurrencyKey: "c1" },
        { version: "1.0.0", status: ["queued"] },
        { uniqueKey: "u10" },
        { idempotencyKey: "i20" },
        { errorCode: "TASK_FAILED", taskId: s.taskId },
      ];
      for (const filter of filters) {
        const expected = new Set(all.filter((job) => matches(job, filter)).map(({ id }) => id));
        expect(await s.store.jobs.count(filter)).toBe(expected.size);
        const listed = await Promise.all(
          (["asc", "desc"] as const).map((order) =>
            allPages((page) => s.store.jobs.list(filter, page), { limit: 4, order }),
          ),
        );
        const [ascending = [], descending = []] = listed.map((jobs) => jobs.map(({ id }) => id));
        expect([filter, new Set(ascending), ascending.length]).toEqual([filter, expected, expected.size]);
        expect(descending).toEqual(ascending.toReversed());
        const times = (listed[0] ?? []).map(({ createdAt }) => createdAt);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    });

    test("can be read from an offset", async (s) => {
      await s.enqueueMany(10);
      const whole = (await s.store.jobs.list({}, {})).items.map(({ id }) => id);
      const page = await s.store.jobs.list({}, { limit: 4, offset: 4 });
      expect(page.items.map(({ id }) => id)).toEqual(whole.slice(4, 8));
    });

    test("ends a page after the item with which its inputs pass the limit", async (s) => {
      await s.enqueueMany(6, { inputJson: JSON.stringify("x".repeat(98)) });
      const page = await s.store.jobs.list({}, { maxBytes: 250 });
      expect(page.items).toHaveLength(3);
      const rest = await s.store.jobs.list({}, { maxBytes: 10_000, cursor: page.nextCursor ?? "" });
      expect(rest).toMatchObject({ items: { length: 3 }, nextCursor: null });
    });

    for (const cursor of ["", "x", "-1", "1.2.3.4", "1e3", "9".repeat(40), "1; DROP TABLE jobs"]) {
      test(`rejects the cursor ${JSON.stringify(cursor)}`, async (s) => {
        expect(await failureOf(s.store.jobs.list({}, { cursor }))).toMatchObject({ code: "USAGE" });
      });
    }

    test("rejects limits that are not from 1 to 1000", async (s) => {
      for (const limit of [0, -1, 1_001, 1.5, Number.NaN]) {
        expect(await failureOf(s.store.jobs.list({}, { limit }))).toMatchObject({ code: "USAGE" });
      }
    });
  });

  describe("jobs by their ids", () => {
    test("are those that exist", async (s) => {
      const ids = await s.enqueueMany(3);
      const found = await s.store.jobs.getMany([...ids, 999_999]);
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set(ids));
      expect(await s.store.jobs.getMany([])).toEqual([]);
      expect(await s.store.jobs.get(999_999)).toBeUndefined();
      expect(await s.store.jobs.byIdempotencyKey("unknown")).toBeUndefined();
    });

    test("are read up to a size, one at least", async (s) => {
      const ids = await s.enqueueMany(5, { inputJson: JSON.stringify("x".repeat(98)) });
      const inputs = async (maxBytes: number) => {
        const { jobs, taken } = await s.store.jobs.firstOf(ids, maxBytes);
        expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set(ids.slice(0, taken)));
        return taken;
      };
      expect([await inputs(1), await inputs(200), await inputs(299), await inputs(10_000)]).toEqual([1, 2, 2, 5]);
    });
  });
}
