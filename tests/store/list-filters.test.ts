import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistory } from "../../bench/list-history.ts";
import { defined } from "../../src/lib/defined.ts";
import type { ExecutionFilter } from "../../src/store/contract/executions.ts";
import type { JobFilter } from "../../src/store/contract/jobs.ts";
import type { PageRequest } from "../../src/store/contract/page.ts";
import { openConnection, type Sql } from "../../src/store/sqlite/connection.ts";
import { countExecutions, listExecutions } from "../../src/store/sqlite/execution-list.ts";
import { matchingJobs } from "../../src/store/sqlite/job-control.ts";
import { countJobs, jobPredicate, listJobs } from "../../src/store/sqlite/job-list.ts";

// More than the lists sort: an arm of the history is short, or it is merged with others.
const COUNT = 60_000;
const folder = mkdtempSync(join(tmpdir(), "ratchet-lists-"));
const path = join(folder, "history.db");
const start = createHistory(path, COUNT);
const { sql, close } = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 0, readonly: true });
afterAll(() => {
  close();
  rmSync(folder, { recursive: true });
});

/** Values that are common, rare or unknown. */
const CONDITIONS: readonly JobFilter[] = [
  { status: ["completed"] },
  { status: ["failed", "cancelled"] },
  { taskId: 7 },
  { taskId: 50 },
  { labels: ["task-7", "task-50"] },
  { labels: ["task-*"] },
  { labels: [] },
  { scheduleId: 3 },
  { scheduleId: 9 },
  { priority: "normal" },
  { priority: "high" },
  { priority: "low" },
  { idempotencyKey: "none" },
  { uniqueKey: "unique" },
  { uniqueKey: "old" },
  { concurrencyKey: "even" },
  { concurrencyKey: "odd" },
  { concurrencyKey: "middle" },
  { version: "1.0.0" },
  { version: "0.1.0" },
  { version: "none" },
  { errorCode: "TASK_FAILED" },
  { errorCode: "OLD" },
  { tag: "nightly" },
  { tag: "old" },
  { tag: "none" },
  { createdFrom: start + 1_000 },
  { createdFrom: start + (COUNT - 100) * 100 },
  { createdTo: start + COUNT * 100 },
  { createdTo: start + 3_000, createdFrom: start + 1_000 },
];

/** Ids of the jobs that meet one condition, read without any index. */
const scanned = new Map(
  CONDITIONS.map((condition) => {
    const { status, ...filter } = condition;
    const { where, values } = jobPredicate(filter);
    const statuses = status === undefined ? "" : ` AND status IN (${status.map((one) => `'${one}'`).join(", ")})`;
    const rows = sql.all<{ id: number }>(`SELECT id FROM jobs NOT INDEXED WHERE ${where}${statuses}`, ...values);
    return [condition, new Set(rows.map(({ id }) => id))] as const;
  }),
);

/** Each condition alone, and each two that have no member in common, with the ids of the jobs that meet them. */
const pairs = CONDITIONS.flatMap((one, at) => {
  const others = CONDITIONS.slice(at + 1).filter((other) => !Object.keys(other).some((name) => name in one));
  const ids = [...(scanned.get(one) ?? [])].sort((a, b) => a - b);
  return [
    { filter: one, ids },
    ...others.map((other) => ({
      filter: { ...one, ...other } as JobFilter,
      ids: ids.filter((id) => scanned.get(other)?.has(id) ?? false),
    })),
  ];
});

function twoPages(list: (page: PageRequest) => { items: { id: number }[]; nextCursor: string | null }): number[] {
  const first = list({ limit: 3 });
  const second = first.nextCursor === null ? undefined : list({ limit: 3, cursor: first.nextCursor });
  return [...first.items, ...(second?.items ?? [])].map(({ id }) => id);
}

describe("every pair of filters", () => {
  test.each(["desc", "asc"] as const)("lists and counts the same jobs as a scan of the table, %s", (order) => {
    for (const { filter, ids } of pairs) {
      const first = (order === "asc" ? ids : ids.toReversed()).slice(0, 6);
      expect({ filter, ids: twoPages((page) => listJobs(sql, filter, { ...page, order })) }).toEqual({
        filter,
        ids: first,
      });
      expect({ filter, count: countJobs(sql, filter) }).toEqual({ filter, count: ids.length });
    }
  });

  test("chooses the same jobs for bulk actions as are counted before", () => {
    const failed = new Set(sql.all<{ id: number }>("SELECT id FROM jobs WHERE status = 'failed'").map(({ id }) => id));
    for (const { filter, ids } of pairs) {
      const wanted = ids.filter((id) => failed.has(id));
      const chosen: number[] = [];
      for (;;) {
        const step = { afterId: chosen.at(-1) ?? 0, upToId: COUNT, limit: 2_000 };
        const jobs = matchingJobs(sql, filter, ["failed"], step);
        chosen.push(...jobs.map(({ id }) => id));
        if (jobs.length < step.limit) break;
      }
      expect({ filter, chosen }).toEqual({ filter, chosen: wanted });
      const isCounted = filter.status === undefined || filter.status.includes("failed");
      const count = isCounted ? countJobs(sql, { ...filter, status: ["failed"] }) : 0;
      expect({ filter, count }).toEqual({ filter, count: wanted.length });
    }
  });

  test("lists and counts the executions of those jobs", () => {
    // Each job has one execution, with its id, task, time and status.
    const names = ["taskId", "labels", "createdFrom", "createdTo"];
    const shared = pairs.filter(({ filter }) => Object.keys(filter).every((name) => names.includes(name)));
    for (const { filter, ids } of shared) {
      const { taskId, labels, createdFrom, createdTo } = filter;
      const same: ExecutionFilter = defined({ taskId, labels, createdFrom, createdTo });
      expect({ filter, ids: twoPages((page) => listExecutions(sql, same, page)) }).toEqual({
        filter,
        ids: ids.toReversed().slice(0, 6),
      });
      expect({ filter, count: countExecutions(sql, same) }).toEqual({ filter, count: ids.length });
    }
    expect(shared.length).toBeGreaterThan(20);
  });

  test("is read along indexes alone if many jobs have each, and nothing is sorted", () => {
    const timeless = pairs.filter(
      ({ filter }) =>
        !["createdFrom", "createdTo", "labels"].some((name) => name in filter) && Object.keys(filter).length === 2,
    );
    const merged = timeless.map(({ filter }) => {
      const plan: string[] = [];
      listJobs(explaining(plan), filter, {});
      expect({ filter, bad: plan.filter((step) => /TEMP B-TREE|^SCAN jobs$/.test(step)) }).toEqual({ filter, bad: [] });
      const rows = plan.filter((step) => / jobs USING (?!COVERING|INTEGER PRIMARY KEY)/.test(step));
      // SQLite does not call the index on an expression covering, but reads no row along it either.
      const beside = rows.filter((step) => !step.includes("jobs_by_error"));
      expect({ filter, beside }).toEqual({ filter, beside: [] });
      return plan.some((step) => step.startsWith("MERGE"));
    });
    expect(merged.filter(Boolean).length).toBeGreaterThan(200);
  });
});

/** Records the plans of statements instead of running them. Each index seems to have a million entries. */
function explaining(plan: string[]): Sql {
  return {
    ...sql,
    all(text, ...values) {
      plan.push(...sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, ...values).map(({ detail }) => detail));
      return [];
    },
    get: <T>() => ({ n: 1_000_000 }) as T,
  };
}
