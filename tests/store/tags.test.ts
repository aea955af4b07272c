/** Jobs with a tag are found in the order of the list, whether few or most jobs have it. */
import { expect, test } from "bun:test";
import type { JobFilter } from "../../src/store/contract/jobs.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { countJobs, listJobs } from "../../src/store/sqlite/job-list.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

const COUNT = 12_000;

function filled() {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  connection.exec(`
    INSERT INTO tasks (id, uuid, label, version, created_at, updated_at) VALUES (1, 'u', 'l', '1.0.0', 0, 0);
    INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, created_at, tags)
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${COUNT})
      SELECT n, 1, 'queued', n % 4, 0, 0, 0, n, iif(n % 1000 = 0, '["common","rare"]', '["common"]') FROM numbers;
    INSERT INTO job_inputs (job_id, input) SELECT id, '{}' FROM jobs;
  `);
  return connection.sql;
}

test("pages of a common and of a rare tag have the same jobs as the whole list", () => {
  const sql = filled();
  const rare = Array.from({ length: 12 }, (_, at) => COUNT - at * 1_000);
  const cases: [filter: JobFilter, first: number[]][] = [
    [{ tag: "rare" }, rare],
    [{ tag: "rare", createdFrom: 5_000 }, rare.filter((id) => id >= 5_000)],
    [{ tag: "rare", taskId: 1, status: ["queued"] }, rare],
    [{ tag: "common" }, [COUNT, COUNT - 1, COUNT - 2]],
    [{ tag: "common", createdTo: 100 }, [99, 98, 97]],
    [{ tag: "common", priority: "critical" }, [COUNT - 1, COUNT - 5, COUNT - 9]],
    [{ tag: "none" }, []],
  ];
  for (const [filter, expected] of cases) {
    const found: number[] = [];
    let cursor: string | null = null;
    do {
      const page = listJobs(sql, filter, { limit: 3, ...(cursor !== null && { cursor }) });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < expected.length);
    expect([filter, found.slice(0, expected.length)]).toEqual([filter, expected]);
  }
  expect(countJobs(sql, { tag: "common" })).toBe(COUNT);
  expect(countJobs(sql, { tag: "rare", priority: "low" })).toBe(12);
});
