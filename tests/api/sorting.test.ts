import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { nextMillisecond } from "../support/eventually.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
  for (const [name, plan] of [
    ["b", { every: "2h" }],
    ["Ä", { every: "3h" }],
    ["a", { every: "1h" }],
    ["c", { every: "1h", enabled: false }],
  ] as const) {
    const made = await server.call("POST", "/api/v1/schedules", { name, task: "talking", ...plan });
    expect(made.status).toBe(201);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

/** Reads a list to its end, page by page. */
async function all(path: string, member: string, limit = 2): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await server.call("GET", `${path}&limit=${limit}${cursor}`);
    expect(status).toBe(200);
    found.push(...body.items.map((item: Record<string, unknown>) => item[member]));
    if (body.nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

describe("lists are sorted", () => {
  const LABELS = ["addition", "failing", "heartbeat", "sleeping", "talking"];

  test("tasks by label, in both orders", async () => {
    for (const limit of [1, 2, 5, 100]) {
      expect(await all("/api/v1/tasks?sort=label&order=asc", "label", limit)).toEqual(LABELS);
      expect(await all("/api/v1/tasks?sort=label&order=desc", "label", limit)).toEqual(LABELS.toReversed());
    }
  });

  test("tasks by the time they were changed", async () => {
    for (const label of ["talking", "addition"]) {
      await nextMillisecond();
      await server.call("PATCH", `/api/v1/tasks/${label}`, { enabled: true });
    }
    const labels = await all("/api/v1/tasks?sort=updated", "label");
    expect(labels.slice(0, 2)).toEqual(["addition", "talking"]);
    expect(labels.toSorted()).toEqual(LABELS);
  });

  test("schedules by name and by their next firing", async () => {
    expect(await all("/api/v1/schedules?sort=name&order=asc", "name")).toEqual(["a", "b", "c", "Ä"]);
    expect(await all("/api/v1/schedules?sort=next&order=asc", "name")).toEqual(["a", "b", "Ä", "c"]);
    expect(await all("/api/v1/schedules?sort=next&order=asc&enabled=true", "name", 1)).toEqual(["a", "b", "Ä"]);
    expect(await all("/api/v1/schedules?sort=created&order=asc", "name")).toEqual(["b", "Ä", "a", "c"]);
  });

  test("with cursors that are of that order only", async () => {
    const { body } = await server.call("GET", "/api/v1/schedules?sort=name&limit=1");
    const forged = [
      `sort=next&cursor=${body.nextCursor}`,
      `sort=created&cursor=${body.nextCursor}`,
      "sort=name&cursor=1",
      "sort=name&cursor=name.bnVsbA.1",
      "sort=name&cursor=name.e30.1",
      "sort=name&cursor=name.%00.1",
      "sort=name&cursor=name..1",
    ];
    for (const query of forged) {
      const answer = await server.call("GET", `/api/v1/schedules?${query}`);
      expect([query, answer.status, answer.body.detail]).toEqual([
        query,
        400,
        "The cursor does not belong to this list.",
      ]);
    }
  });
});
