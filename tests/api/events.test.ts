import { describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { eventually } from "../support/eventually.ts";
import { openRaw } from "../support/raw-connection.ts";
import { openEventStream } from "./event-stream.ts";
import { startServer, type TestServer } from "./start-server.ts";

const ADD = { task: "addition", input: { num1: 1, num2: 2 } };

async function makeJobs(server: TestServer, count: number): Promise<number[]> {
  const made = await server.call("POST", "/api/v1/jobs/batch", { jobs: Array.from({ length: count }, () => ADD) });
  return made.body.jobs.map(({ id }: { id: number }) => id);
}

describe("live events", () => {
  test("arrive as they happen, with ascending ids", async () => {
    await using server = await startServer();
    await using stream = await openEventStream(`${server.url}/api/v1/events`);
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    expect((await stream.next())?.comment).toBe("connected");
    const [id] = await makeJobs(server, 1);
    const seen = [];
    for (const type of ["job.queued", "job.started", "job.completed"]) seen.push(await stream.nextOf(type));
    expect(seen.map(({ data }) => JSON.parse(data ?? "").jobId)).toEqual([id, id, id]);
    const ids = seen.map((event) => Number(event.id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(JSON.parse(seen[0]?.data ?? "")).toMatchObject({ id: ids[0], type: "job.queued" });
  });

  test("are filtered by type, kind, job and task", async () => {
    await using server = await startServer({ working: false });
    const taskId = await server.taskId("addition");
    const [first = 0, second = 0] = await makeJobs(server, 2);
    const open = (query: string) => openEventStream(`${server.url}/api/v1/events?${query}`);
    await using cancelled = await open(`types=job.cancelled&jobId=${second}`);
    await using ofTask = await open(`types=queue.*,job.*&taskId=${taskId}`);
    await server.call("POST", `/api/v1/jobs/${first}/cancel`);
    await server.call("POST", `/api/v1/jobs/${second}/cancel`);
    expect(JSON.parse((await cancelled.nextOf("job.cancelled")).data ?? "").jobId).toBe(second);
    expect(JSON.parse((await ofTask.nextOf("job.cancelled")).data ?? "").jobId).toBe(first);
  });

  test("that were missed come first, each once, and the live ones after them", async () => {
    await using server = await startServer({ working: false });
    await using stream = await openEventStream(`${server.url}/api/v1/events?types=job.queued`);
    await stream.next();
    const before = await makeJobs(server, 3);
    const third = [
      await stream.nextOf("job.queued"),
      await stream.nextOf("job.queued"),
      await stream.nextOf("job.queued"),
    ];
    await stream[Symbol.asyncDispose]();
    const missed = await makeJobs(server, 1_500);
    const headers = { "last-event-id": third[1]?.id ?? "" };
    await using resumed = await openEventStream(`${server.url}/api/v1/events?types=job.queued`, { headers });
    const live = makeJobs(server, 3);
    const seen: number[] = [];
    for (let at = 0; at < 1_504; at++) seen.push(JSON.parse((await resumed.nextOf("job.queued")).data ?? "").jobId);
    expect(seen).toEqual([...before.slice(2), ...missed, ...(await live)]);
  });

  test("that are no longer kept are announced by a reset", async () => {
    await using server = await startServer({ working: false });
    await makeJobs(server, 1);
    const { last } = await server.deps.store.events.bounds();
    await using ahead = await openEventStream(`${server.url}/api/v1/events`, {
      headers: { "last-event-id": String(last + 99) },
    });
    const reset = await ahead.nextOf("reset");
    expect(Number(reset.id)).toBe(last);
    await makeJobs(server, 1);
    expect(Number((await ahead.nextOf("job.queued")).id)).toBe(last + 1);
  });

  test("of schedules have times in the form of all responses", async () => {
    await using server = await startServer({ working: false });
    await using stream = await openEventStream(`${server.url}/api/v1/events?types=schedule.fired`);
    const plan = { name: "once", task: "addition", input: { num1: 1, num2: 2 }, cron: "0 0 1 1 *" };
    await server.call("POST", "/api/v1/schedules", plan);
    const job = (await server.call("POST", "/api/v1/schedules/once/trigger")).body;
    const event = await stream.nextOf("schedule.fired");
    expect(JSON.parse(event.data ?? "")).toMatchObject({
      scheduledAt: job.scheduledAt,
      data: { fireAt: job.scheduledAt, kind: "manual" },
    });
  });

  test("are quiet with a comment and an id to resume from", async () => {
    await using server = await startServer({ working: false, settings: { heartbeatMs: 20 } });
    await using stream = await openEventStream(`${server.url}/api/v1/events?types=schedule.fired`);
    await stream.next();
    await makeJobs(server, 1);
    const { last } = await server.deps.store.events.bounds();
    for (;;) {
      const event = await stream.next();
      expect(event?.comment).toBe("quiet");
      if (Number(event?.id) === last) break;
    }
  });

  test("may be idle for longer than other connections", async () => {
    await using server = await startServer({ working: false, settings: { idleTimeoutMs: 100 } });
    await using stream = await openEventStream(`${server.url}/api/v1/events`);
    await stream.next();
    for (let idle = 0; idle < 3; idle++) expect(await (await openRaw(server.url)).closed()).toBe("");
    await makeJobs(server, 1);
    expect((await stream.next())?.event).toBe("job.queued");
  });

  test("end when the server stops", async () => {
    const server = await startServer({ working: false });
    await using stream = await openEventStream(`${server.url}/api/v1/events`);
    await stream.next();
    // It does not use up the time that responses under way would get.
    await server.api.stop(60_000);
    expect(await stream.next()).toBeUndefined();
    await server[Symbol.asyncDispose]();
  });

  test("have a limit of listeners", async () => {
    await using server = await startServer({ working: false, settings: { maxEventClients: 1 } });
    const stream = await openEventStream(`${server.url}/api/v1/events`);
    const refused = await server.call("GET", "/api/v1/events");
    expect([refused.status, refused.body.code]).toEqual([503, "TOO_MANY_LISTENERS"]);
    await stream[Symbol.asyncDispose]();
    for (;;) {
      await using again = await openEventStream(`${server.url}/api/v1/events`);
      if (again.status === 200) break;
    }
  });
});

describe("many listeners", () => {
  const CLIENTS = 2_000;

  function openRaw(server: TestServer, count: number): Promise<Socket[]> {
    const port = Number(new URL(server.url).port);
    const one = () =>
      new Promise<Socket>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write("GET /api/v1/events?types=schedule.deleted HTTP/1.1\r\nHost: localhost\r\n\r\n");
        });
        socket.once("data", () => resolve(socket));
        socket.once("error", reject);
      });
    return Promise.all(Array.from({ length: count }, one));
  }

  test("that are idle cost little, and nothing after they left", async () => {
    await using server = await startServer({ working: false, settings: { maxConnectionsPerAddress: 3_000 } });
    await makeJobs(server, 10);
    Bun.gc(true);
    const before = process.memoryUsage.rss();
    const sockets = await openRaw(server, CLIENTS);
    const clients = async () => {
      const { body } = await server.call("GET", "/metrics");
      return Number(/^ratchet_event_clients (\d+)$/m.exec(body)?.[1]);
    };
    expect(await clients()).toBe(CLIENTS);
    // Events that none of them wants still pass by all of them.
    for (let at = 0; at < 10; at++) await makeJobs(server, 50);
    Bun.gc(true);
    // Both ends of each connection are in this process.
    expect((process.memoryUsage.rss() - before) / CLIENTS).toBeLessThan(40_000);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => (await clients()) === 0);
  }, 120_000);

  test("that read nothing hold up nobody", async () => {
    await using server = await startServer({ working: false });
    const port = Number(new URL(server.url).port);
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      socket.pause();
    });
    await using reader = await openEventStream(`${server.url}/api/v1/events?types=job.queued`);
    await reader.next();
    let last = 0;
    for (let round = 0; round < 20; round++) last = (await makeJobs(server, 1_000)).at(-1) ?? 0;
    for (;;) {
      const event = await reader.nextOf("job.queued");
      if (JSON.parse(event.data ?? "").jobId === last) break;
    }
    socket.destroy();
  }, 120_000);
});
