import { describe, expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";
import {
  createRule,
  deliveriesOf,
  enqueue,
  runJob,
  SECRET,
  startReceiver,
  startWithTasks,
  verified,
  webhook,
} from "./receiver.ts";

describe("notifications", () => {
  test("report a failure at once, and those within the window as one message with their number", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place, { RATCHET_SERVER_PUBLIC_URL: "https://jobs.example.org/r/" });
    const to = [
      webhook(receiver),
      { type: "slack", url: `${receiver.url}/slack` },
      { type: "teams", url: `${receiver.url}/teams` },
    ];
    await createRule(server, { name: "failures", when: "job.failed", task: "fla*", throttle: "3s", to });
    await runJob(server, "slow", { ms: 0 });
    const first = await runJob(server, "flaky");
    for (let n = 0; n < 3; n++) await enqueue(server, "flaky");
    const [single, grouped] = await receiver.until("/hook", 2);
    if (single === undefined || grouped === undefined) throw new Error("missing");
    expect(verified(single)).toMatchObject({
      type: "job.failed",
      data: {
        rule: "failures",
        count: 1,
        task: "flaky",
        jobId: first,
        error: { type: "Error", message: "Error: no <good> & bad" },
        url: `https://jobs.example.org/r/jobs/${first}`,
      },
    });
    expect(verified(grouped)).toMatchObject({ type: "job.failed", data: { count: 3, task: "flaky" } });
    expect(single.headers["webhook-id"]).not.toBe(grouped.headers["webhook-id"]);
    const [slack] = await receiver.until("/slack", 1);
    expect(slack?.body.text).toContain("no &lt;good&gt; &amp; bad");
    expect(slack?.body.text).toContain(`<https://jobs.example.org/r/jobs/${first}|`);
    const [teams] = await receiver.until("/teams", 1);
    expect(teams?.body.attachments[0].content).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
    // A window that is over holds nothing back.
    await runJob(server, "flaky");
    await receiver.until("/hook", 3);
    await server.until(
      "/api/v1/notifications/deliveries?state=delivered",
      ({ items }) => (items as unknown[]).length >= 9,
    );
  });

  test("report a row of failures once until a success", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    await createRule(server, { name: "row", when: "job.failed_in_a_row", times: 2, to: [webhook(receiver)] });
    for (let n = 0; n < 4; n++) await runJob(server, "flaky");
    await runJob(server, "flaky", { fail: false });
    await runJob(server, "flaky");
    await runJob(server, "flaky");
    const received = await receiver.until("/hook", 2);
    expect(received.map(({ body }) => [body.type, body.data.times, body.data.jobId])).toEqual([
      ["job.failed_in_a_row", 2, 2],
      ["job.failed_in_a_row", 2, 7],
    ]);
    expect(await deliveriesOf(server)).toHaveLength(2);
  });

  test("report a slow job while it runs, an old queue, and a paused schedule", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    const slowRule = { name: "slow", when: "job.slow", task: "slow", longerThan: "300ms" };
    await createRule(server, { ...slowRule, to: [webhook(receiver, "/slow")] });
    await createRule(server, { name: "old", when: "queue.old", olderThan: 500, to: [webhook(receiver, "/old")] });
    await createRule(server, { name: "paused", when: "schedule.paused", to: [webhook(receiver, "/paused")] });
    const id = await enqueue(server, "slow", { ms: 60_000 });
    const [slow] = await receiver.until("/slow", 1);
    expect(slow?.body).toMatchObject({ type: "job.slow", data: { task: "slow", jobId: id } });
    expect((await server.call("GET", `/api/v1/jobs/${id}`)).body).toMatchObject({ status: "processing" });
    await server.call("POST", "/api/v1/queue/pause", {});
    const waiting = await enqueue(server, "flaky", { fail: false });
    const [old] = await receiver.until("/old", 1);
    expect(old?.body).toMatchObject({ type: "queue.old", data: { jobId: waiting, task: "flaky" } });
    const daily = { name: "daily", task: "slow", cron: "0 0 * * *", input: {} };
    const schedule = await server.call("POST", "/api/v1/schedules", daily);
    await server.call("POST", `/api/v1/schedules/${schedule.body.id}/pause`, { reason: "for today" });
    const [paused] = await receiver.until("/paused", 1);
    expect(paused?.body).toMatchObject({ type: "schedule.paused", data: { schedule: "daily", task: "slow" } });
    await server.call("POST", "/api/v1/queue/resume", {});
    await server.until(`/api/v1/jobs/${waiting}`, ({ status }) => status === "completed");
    // Reported once, also by several looks.
    expect(receiver.received).toHaveLength(3);
  });

  test("report a source that is stale", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    let broken = false;
    using index = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => (broken ? new Response("no", { status: 500 }) : Response.json([])),
    });
    place.write(
      "config.yaml",
      `registry:\n  sources:\n    - name: shared\n      uri: ${index.url.origin}/index.json\n`,
    );
    const server = await place.serve(["--config", "config.yaml"]);
    await createRule(server, { name: "stale", when: "source.stale", source: "sha*", to: [webhook(receiver)] });
    broken = true;
    await server.call("POST", "/api/v1/registry/sources/shared/refresh");
    const [stale] = await receiver.until("/hook", 1);
    expect(stale?.body).toMatchObject({ type: "source.stale", data: { source: "shared" } });
  });

  test("try again with the same id after a refusal, and let no receiver hold up another", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    receiver.respond = (path) => {
      if (path === "/hang") return new Promise<Response>(() => undefined);
      const tries = receiver.received.filter((one) => one.path === path).length;
      if (path === "/redirect") return Response.redirect(`${receiver.url}/elsewhere`, 307);
      return tries < 4 ? new Response("busy", { status: 503 }) : new Response("ok");
    };
    const server = await startWithTasks(place);
    const to = ["/hang", "/busy", "/redirect"].map((path) => webhook(receiver, path));
    await createRule(server, { name: "failures", when: "job.failed", to });
    await runJob(server, "flaky");
    const tries = await receiver.until("/busy", 4);
    expect(new Set(tries.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(tries.map(({ text }) => text)).size).toBe(1);
    const pauses = tries.slice(1).map(({ at }, n) => at - (tries[n]?.at ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(790);
    for (const one of tries) verified(one);
    const deliveries = await server.until("/api/v1/notifications/deliveries?order=asc", ({ items }) =>
      (items as { state: string }[]).some(({ state }) => state === "delivered"),
    );
    expect(deliveries.items).toMatchObject([
      { state: "pending", target: { url: `${receiver.url}/hang` } },
      { state: "delivered", tries: 4, status: 200, response: "ok" },
      { state: "pending", status: 307, target: { url: `${receiver.url}/redirect` } },
    ]);
    expect(receiver.received.filter(({ path }) => path === "/elsewhere")).toEqual([]);
  });

  test("have a test that says what each receiver did, and secrets that can't be read", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    receiver.respond = (path) => new Response("gone", { status: path === "/hook" ? 200 : 404 });
    const server = await startWithTasks(place);
    const slack = { type: "slack", url: `${receiver.url}/services/T0/B0/token` };
    const rule = await createRule(server, {
      name: "both",
      when: "job.failed",
      enabled: false,
      to: [webhook(receiver), slack],
    });
    const shown = { type: "slack", url: `${receiver.url}/(hidden)` };
    expect(rule.to).toEqual([{ type: "webhook", url: `${receiver.url}/hook` }, shown]);
    const path = `/api/v1/notifications/rules/${rule.id}`;
    const tested = await server.call("POST", `${path}/test`);
    expect(tested).toMatchObject({
      status: 200,
      body: {
        items: [
          { delivered: true, status: 200 },
          { delivered: false, status: 404, response: "gone", target: shown },
        ],
      },
    });
    const [message] = await receiver.until("/hook", 1);
    if (message === undefined) throw new Error("missing");
    expect(verified(message)).toMatchObject({ type: "notification.test", data: { test: true, rule: "both" } });
    // What was shown can be sent back.
    const changed = await server.call("PATCH", path, { throttle: "1m", to: rule.to });
    expect(changed).toMatchObject({ status: 200, body: { throttle: "1m", to: rule.to } });
    await server.call("POST", `${path}/test`);
    const [, again] = await receiver.until("/hook", 2);
    if (again === undefined) throw new Error("missing");
    verified(again);
    await receiver.until("/services/T0/B0/token", 2);
    const everything = JSON.stringify([
      (await server.call("GET", path)).body,
      (await server.call("GET", "/api/v1/notifications/rules")).body,
      (await server.call("GET", "/api/v1/audit")).body,
      tested,
      changed,
    ]);
    expect(everything).not.toContain(SECRET.slice(6));
    expect(everything).not.toContain("B0/token");
    const { stdout } = await place.ratchet(["notifications", "list", "--server", server.url]);
    expect(stdout).toContain("webhook, slack");
    await server.end();
    // Nor in the database.
    for (const file of ["ratchet.db", "ratchet.db-wal"]) {
      const stored = Bun.file(`${place.folder}/${file}`);
      const text = (await stored.exists()) ? Buffer.from(await stored.bytes()).toString("latin1") : "";
      expect(text).not.toContain(SECRET.slice(6));
      expect(text).not.toContain("B0/token");
    }
  });
});
