import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MIGRATIONS } from "../src/store/sqlite/migrations.ts";
import { createHistory, HISTORY } from "./list-history.ts";
import { CACHE } from "./programs.ts";
import { atMost, type Benchmark, figure, type Row } from "./report.ts";
import { startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

/** Time in which every list has to answer, ms. */
const BAR_MS = 300;

type Filters = Readonly<Record<string, readonly string[]>>;

/** Values that are common, that many jobs of one time have, that only the oldest rows have, and that none has. */
function jobFilters(start: number): Filters {
  return {
    ...executionFilters(start),
    scheduleId: ["3", "9", "77"],
    priority: ["normal", "high", "low"],
    idempotencyKey: ["none"],
    uniqueKey: ["unique", "old", "none"],
    concurrencyKey: ["even", "odd", "middle", "old", "none"],
    version: ["1.0.0", "0.1.0", "7.7.7"],
    errorCode: ["TASK_FAILED", "OLD", "NONE"],
    tag: ["nightly", "old", "none"],
  };
}

function executionFilters(start: number): Filters {
  return {
    status: ["completed", "failed", "cancelled"],
    task: ["task-7", "task-50"],
    createdFrom: [start, start + (HISTORY - 100) * 100].map((time) => String(Math.floor(time))),
    createdTo: [start + HISTORY * 100, start + 10_000].map((time) => String(Math.floor(time))),
  };
}

/** No filter, each filter, and each pair of filters, with every value. */
function queries(filters: Filters): string[] {
  const names = Object.keys(filters);
  const texts = (name: string) => (filters[name] ?? []).map((value) => `${name}=${value}`);
  const pairs = names.flatMap((a, at) =>
    names.slice(at + 1).flatMap((b) => texts(a).flatMap((one) => texts(b).map((other) => `${one}&${other}`))),
  );
  return ["", ...names.flatMap(texts), ...pairs];
}

interface Measured {
  query: string;
  ms: number;
}

/** Asks for the first page and the next one in both orders. */
async function measure(url: string, query: string): Promise<Measured[]> {
  const found: Measured[] = [];
  for (const order of ["desc", "asc"]) {
    let cursor: string | null = "";
    for (let page = 0; page < 2 && cursor !== null; page++) {
      const text = `${query}&order=${order}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
      const start = performance.now();
      const response = await fetch(`${url}?${text}`);
      const body = (await response.json()) as { nextCursor: string | null };
      found.push({ query: text.replace(/^&/, ""), ms: performance.now() - start });
      if (!response.ok) throw new Error(`${url}?${text}: ${JSON.stringify(body)}`);
      cursor = body.nextCursor;
    }
  }
  return found;
}

/** How long each route takes for every filter and pair of filters; the slowest comes first. */
export async function measureLists(path: string): Promise<{ route: string; found: Measured[] }[]> {
  const start = createHistory(path);
  const server = await startServer(undefined, {
    RATCHET_DATABASE_URL: `sqlite:${path}`,
    RATCHET_RETENTION_COMPLETED_MAX_COUNT: String(2 * HISTORY),
    RATCHET_RETENTION_COMPLETED_MAX_AGE: "3650d",
    RATCHET_RETENTION_CANCELLED_MAX_AGE: "3650d",
    RATCHET_RETENTION_FAILED_MAX_AGE: "3650d",
  });
  const results: { route: string; found: Measured[] }[] = [];
  for (const [route, filters] of [
    ["jobs", jobFilters(start)],
    ["executions", { ...executionFilters(start), jobId: ["500000", "1"] }],
  ] as const) {
    const found: Measured[] = [];
    for (const query of queries(filters)) found.push(...(await measure(`${server.url}/api/v1/${route}`, query)));
    results.push({ route, found: found.sort((a, b) => b.ms - a.ms) });
  }
  await server.stop();
  return results;
}

/** How long lists take among a million jobs and executions, whatever the filter. */
export const benchmark: Benchmark = {
  title: "Lists among 1,000,000 executions",
  async run() {
    mkdirSync(CACHE, { recursive: true });
    const results = await measureLists(join(CACHE, `lists-${MIGRATIONS.length}.db`));
    const rows: Row[] = results.map(({ route, found }) => {
      const times = found.map(({ ms }) => ms);
      const slowest = Math.max(...times);
      return {
        measure: `\`GET /api/v1/${route}\`: ${found.length.toLocaleString("en")} pages, median and slowest (\`${found[0]?.query}\`)`,
        value: `${figure(median(times), "ms")}, ${figure(slowest, "ms")}`,
        bar: atMost(slowest, BAR_MS, "ms"),
      };
    });
    return {
      rows,
      method: `Over HTTP, with ${HISTORY.toLocaleString("en")} stored jobs and as many executions: no filter, every filter, and every pair of filters, with values that are common, that many jobs of one time have, that only the oldest rows have, and that none has; in both orders, the first page and the next.`,
    };
  },
};
