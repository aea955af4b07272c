import { describe, expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";
import {
  createRule,
  deliveriesOf,
  enqueue,
  runJob,
  startReceiver,
  startWithTasks,
  verified,
  webhook,
} from "./receiver.ts";

describe("after SIGKILL", () => {
  test("a delivery that was stored is sent with the same id", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    receiver.respond = () => new Promise<Response>(() => undefined);
    const env = { RATCHET_SERVER_PUBLIC_URL: "https://jobs.example.org" };
    const server = await startWithTasks(place, env);
    await createRule(server, { name: "failures", when: "job.failed", to: [webhook(receiver)] });
    await runJob(server, "flaky");
    const [first] = await receiver.until("/hook", 1);
    await server.end("SIGKILL");
    receiver.respond = () => new Response("ok");
    const next = await place.serve([], env);
    const [, second] = await receiver.until("/hook", 2);
    if (first === undefined || second === undefined) throw new Error("missing");
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"] ?? "");
    expect(second.text).toBe(first.text);
    verified(second);
    await next.until(
      "/api/v1/notifications/deliveries?state=delivered",
      ({ items }) => (items as unknown[]).length === 1,
    );
  });

  test("each failure that was committed is reported, and what was held back is sent", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    await createRule(server, { name: "all", when: "job.failed", to: [webhook(receiver)] });
    await createRule(server, { name: "held", when: "job.failed", throttle: "1h", to: [webhook(receiver, "/held")] });
    await createRule(server, { name: "row", when: "job.failed_in_a_row", times: 3, to: [webhook(receiver, "/row")] });
    await runJob(server, "flaky");
    await runJob(server, "flaky");
    const more = Array.from({ length: 30 }, () => enqueue(server, "flaky").catch(() => undefined));
    await more[10];
    await server.end("SIGKILL");
    await Promise.all(more);
    const next = await place.serve();
    const open = "queued,processing,retrying";
    await next.until(`/api/v1/jobs?status=${open}`, ({ items }) => (items as unknown[]).length === 0);
    const failed = (await next.call("GET", "/api/v1/jobs?status=failed&limit=1000")).body.items as { id: number }[];
    await next.until("/api/v1/notifications/deliveries?rule=1&state=delivered&limit=1000", ({ items }) => {
      return (items as unknown[]).length === failed.length;
    });
    // A message can arrive twice, with the same id, if the crash came before its response.
    const reported = new Map(
      receiver.received
        .filter(({ path }) => path === "/hook")
        .map((one) => [one.headers["webhook-id"], one.body.data.jobId]),
    );
    expect([...reported.values()].sort((a, b) => a - b)).toEqual(failed.map(({ id }) => id).sort((a, b) => a - b));
    const row = await receiver.until("/row", 1);
    expect(row[0]?.body.data).toMatchObject({ times: 3, task: "flaky" });
    expect((await deliveriesOf(next, "&limit=1000")).filter(({ rule }) => rule === "row")).toHaveLength(1);
    expect((await deliveriesOf(next, "&limit=1000")).filter(({ rule }) => rule === "held")).toHaveLength(1);
  });

  test("a window that ended while the server was down is sent at the start", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    await createRule(server, { name: "held", when: "job.failed", throttle: "10s", to: [webhook(receiver)] });
    for (let n = 0; n < 4; n++) await runJob(server, "flaky");
    await server.until("/api/v1/notifications/deliveries?state=delivered", ({ items }) => {
      return (items as unknown[]).length === 1;
    });
    await server.end("SIGKILL");
    await place.serve();
    const [single, grouped] = await receiver.until("/hook", 2);
    expect([single?.body.data.count, grouped?.body.data.count]).toEqual([1, 3]);
  });
});
