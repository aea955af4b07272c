/** A client that mirrors the list of jobs hears of every job that someone deletes, whichever door was used. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { openEventStream } from "./event-stream.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let taskId = 0;

beforeAll(async () => {
  server = await startServer({ working: false });
  taskId = await server.taskId("addition");
});
afterAll(() => server[Symbol.asyncDispose]());

async function cancelledJob(task = "addition"): Promise<number> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input: { num1: 1, num2: 2 } });
  await server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
  return body.id;
}

const deleteOverRest = (id: number) => server.call("DELETE", `/api/v1/jobs/${id}`);
const deleteOverGraphql = (id: number) =>
  server.call("POST", "/graphql", { query: `mutation { deleteJob(id: ${id}) }` });

test("deleting a job emits job.deleted over REST", async () => {
  const ids = [await cancelledJob(), await cancelledJob()] as const;
  await using stream = await openEventStream(`${server.url}/api/v1/events?types=job.deleted&taskId=${taskId}`);
  await deleteOverRest(ids[0]);
  await deleteOverGraphql(ids[1]);
  for (const jobId of ids) {
    const event = JSON.parse((await stream.nextOf("job.deleted")).data ?? "");
    expect(event).toMatchObject({ type: "job.deleted", jobId, taskId, data: { status: "cancelled" } });
  }
});

test("deleting a job is delivered to GraphQL's subscription jobDeletions", async () => {
  const ids = [await cancelledJob(), await cancelledJob()] as const;
  const subscribe = (query: string) =>
    openEventStream(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query }),
    });
  await using stream = await subscribe(
    `subscription { jobDeletions(taskId: ${taskId}) { jobId taskId scheduleId status time } }`,
  );
  const failing = await server.taskId("failing");
  await using other = await subscribe(`subscription { jobDeletions(taskId: ${failing}) { jobId } }`);
  await deleteOverRest(ids[0]);
  await deleteOverGraphql(ids[1]);
  for (const jobId of ids) {
    const { data } = JSON.parse((await stream.nextOf("next")).data ?? "");
    expect(data.jobDeletions).toMatchObject({ jobId, taskId, scheduleId: null, status: "CANCELLED" });
    expect(Date.parse(data.jobDeletions.time)).toBeGreaterThan(0);
  }
  const jobId = await cancelledJob("failing");
  await deleteOverRest(jobId);
  expect(JSON.parse((await other.nextOf("next")).data ?? "")).toEqual({ data: { jobDeletions: { jobId } } });
});

test("a deletion that fails emits nothing", async () => {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "addition", input: { num1: 1, num2: 2 } });
  await using stream = await openEventStream(`${server.url}/api/v1/events?types=job.*&jobId=${body.id}`);
  await stream.next();
  expect((await deleteOverRest(body.id)).status).toBe(409);
  await server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
  expect((await stream.next())?.event).toBe("job.cancelled");
});
