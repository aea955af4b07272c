import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, deliveriesOf, runJob, SECRET, startReceiver, startWithTasks, webhook } from "./receiver.ts";

describe("receivers that are shown alike", () => {
  const channels = (url: string) => ["B0/first", "B1/second"].map((path) => ({ type: "slack", url: `${url}/${path}` }));

  test("stay what they are when a rule is sent back as it was shown", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    const [first, second] = channels(receiver.url);
    // One that is given twice counts once.
    const to = [first, first, second, webhook(receiver)] as JsonObject[];
    const rule = await createRule(server, { name: "both", when: "job.failed", enabled: false, to });
    expect(rule.to).toHaveLength(3);
    const path = `/api/v1/notifications/rules/${rule.id}`;
    const changed = await server.call("PATCH", path, { throttle: "1m", to: rule.to });
    expect(changed).toMatchObject({ status: 200, body: { to: rule.to } });
    await server.call("POST", `${path}/test`);
    await receiver.until("/B0/first", 1);
    await receiver.until("/B1/second", 1);
    await receiver.until("/hook", 1);
    expect(receiver.received).toHaveLength(3);
  });

  test("are not confused when one of them is left out, and no URL as it is shown becomes a receiver", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    const to = channels(receiver.url) as JsonObject[];
    const rule = await createRule(server, { name: "both", when: "job.failed", to });
    const path = `/api/v1/notifications/rules/${rule.id}`;
    const [, last] = rule.to as JsonObject[];
    expect(await server.call("PATCH", path, { to: [last ?? null] })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining("/to/0/url is how 2 receivers are shown") },
    });
    const others = [
      { type: "slack", url: `${receiver.url}/(hidden)` },
      { type: "webhook", url: `${receiver.url}/hook?(hidden)`, secret: SECRET },
    ];
    for (const target of others) {
      const copy = { name: "copy", when: "job.failed", to: [target] };
      const refused = await server.call("POST", "/api/v1/notifications/rules", copy);
      expect(refused).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining("/to/0/url is a URL as") },
      });
    }
  });
});

test("what is secret of a receiver is not in what it responds", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  receiver.respond = (path) => {
    const { headers = {} } = receiver.received.find((one) => one.path === path) ?? {};
    const search = path === "/hook" ? "?key=query%20secret or query secret" : "";
    return new Response(`Cannot POST ${path}${search} ${JSON.stringify(headers)}`, { status: 404 });
  };
  const server = await startWithTasks(place);
  const { host } = new URL(receiver.url);
  const hook = { ...webhook(receiver), url: `http://user-name:pass-word@${host}/hook?key=query%20secret` };
  const to = [hook, { type: "slack", url: `${receiver.url}/services/T0/B0/slack-token` }];
  const rule = await createRule(server, { name: "echo", when: "job.failed", to });
  const tested = await server.call("POST", `/api/v1/notifications/rules/${rule.id}/test`);
  expect(tested).toMatchObject({ body: { items: [{ status: 404 }, { status: 404 }] } });
  await runJob(server, "flaky");
  const deliveries = await server.until("/api/v1/notifications/deliveries", ({ items }) =>
    (items as { tries: number }[]).every(({ tries }) => tries > 0),
  );
  const shown = JSON.stringify([tested, deliveries]);
  expect(shown).toContain("Cannot POST");
  const basic = Buffer.from("user-name:pass-word").toString("base64");
  for (const secret of ["query secret", "query%20secret", "slack-token", "pass-word", basic, SECRET.slice(6)]) {
    expect(shown).not.toContain(secret);
  }
});

test("thirty receivers that hang hold up no other", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  receiver.respond = (path) => (path.startsWith("/hang") ? new Promise<Response>(() => undefined) : new Response("ok"));
  const server = await startWithTasks(place);
  for (let n = 0; n < 3; n++) {
    const to = Array.from({ length: 10 }, (_, at) => webhook(receiver, `/hang${n}-${at}`));
    await createRule(server, { name: `hangs ${n}`, when: "job.failed", to });
  }
  await createRule(server, { name: "works", when: "job.failed", to: [webhook(receiver, "/works")] });
  await runJob(server, "flaky");
  await receiver.until("/works", 1);
  // Before any of them has reached its time limit.
  const tried = (await deliveriesOf(server)).filter(({ tries, rule }) => tries !== 0 && rule !== "works");
  expect(tried).toEqual([]);
});

test("a delivery for a receiver that its rule no longer has is given up", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  receiver.respond = () => new Response("busy", { status: 503 });
  const server = await startWithTasks(place);
  const rule = await createRule(server, { name: "moved", when: "job.failed", to: [webhook(receiver, "/old")] });
  await runJob(server, "flaky");
  await receiver.until("/old", 1);
  await server.call("PATCH", `/api/v1/notifications/rules/${rule.id}`, { to: [webhook(receiver, "/new")] });
  const { items } = await server.until("/api/v1/notifications/deliveries", (page) =>
    (page.items as { error: string | null }[]).some(({ error }) => error === "the rule no longer has this receiver"),
  );
  expect(items).toMatchObject([{ state: "failed", nextTryAt: null }]);
});
