import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";

interface Figures {
  completed: number;
  failed: number;
  enqueued: number;
  meanRunMs: number | null;
  p50RunMs: number | null;
  p95RunMs: number | null;
}

interface History extends Record<string, unknown> {
  from: string;
  to: string;
  stepMs: number;
  buckets: (Figures & { at: string })[];
  byTask: (Figures & { task: { label: string } })[];
}

const sum = (buckets: Figures[], name: "completed" | "failed" | "enqueued") =>
  buckets.reduce((total, bucket) => total + bucket[name], 0);

test("shows what ended in the last hour, day and week, also after a crash", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(async function () { await new Promise((done) => setTimeout(done, 30)); return 1; })");
  place.writeTask("bad", "(function () { throw new ValidationError('no'); })");
  const first = await place.serve();
  const jobs = [{ task: "good" }, { task: "good" }, { task: "bad" }];
  const { body } = await first.call("POST", "/api/v1/jobs/batch", { jobs });
  for (const { id } of body.jobs as { id: number }[]) {
    await first.until(`/api/v1/jobs/${id}`, ({ finishedAt }) => finishedAt !== null);
  }
  await first.call("POST", "/api/v1/tasks/bad/execute", {});
  await first.end("SIGKILL");
  const server = await place.serve();
  for (const [period, length, stepMs] of [
    ["hour", 60, 60_000],
    ["day", 96, 900_000],
    ["week", 84, 7_200_000],
  ] as const) {
    const answer = (await server.call("GET", `/api/v1/stats/history?period=${period}`)).body as unknown as History;
    expect([answer.period, answer.stepMs, answer.buckets.length]).toEqual([period, stepMs, length]);
    expect(Date.parse(answer.to) - Date.parse(answer.from)).toBe(length * stepMs);
    expect(answer.buckets.map(({ at }) => Date.parse(at))).toEqual(
      Array.from({ length }, (_, n) => Date.parse(answer.from) + n * stepMs),
    );
    const { buckets, byTask } = answer;
    expect(["completed", "failed", "enqueued"].map((name) => sum(buckets, name as "failed"))).toEqual([2, 2, 3]);
    expect(byTask.map(({ task: { label } }) => label).sort()).toEqual(["bad", "good"]);
    const good = byTask.find(({ task: { label } }) => label === "good");
    expect(good).toMatchObject({ completed: 2, failed: 0, enqueued: 2 });
    expect(good?.meanRunMs ?? 0).toBeGreaterThanOrEqual(29);
    expect(good?.p95RunMs ?? 0).toBeGreaterThanOrEqual(good?.p50RunMs ?? Number.POSITIVE_INFINITY);
  }
  const ofOne = (await server.call("GET", "/api/v1/stats/history?task=bad")).body as unknown as History;
  expect([ofOne.period, sum(ofOne.buckets, "failed"), sum(ofOne.buckets, "completed")]).toEqual(["hour", 2, 0]);
  const query = '{ statsHistory(period: WEEK, task: "good") { period stepMs buckets { completed } byTask { task } } }';
  const { body: graphql } = await server.call("POST", "/graphql", { query });
  const { statsHistory } = graphql.data as unknown as { statsHistory: History };
  expect([statsHistory.period, sum(statsHistory.buckets, "completed")]).toEqual(["WEEK", 2]);
  expect(statsHistory.byTask).toMatchObject([{ task: { label: "good" } }]);
  expect((await server.call("GET", "/api/v1/stats/history?task=none")).status).toBe(404);
  expect((await server.call("GET", "/api/v1/stats/history?period=year")).status).toBe(400);
}, 120_000);
