import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";
import {
  create,
  deliver,
  deliveriesOf,
  hmac,
  jobsOf,
  SECRETS,
  type Sent,
  STANDARD_HOOK,
  standard,
  start,
} from "./hook-server.ts";

describe("a delivery", () => {
  test("creates one job, and gets the same response whenever it is repeated, also after a restart", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    const sent = standard("msg_1", '{"order": 12345678901234567890}');
    const first = await deliver(server, "orders", sent);
    expect(first).toMatchObject({ status: 202, body: { job: { id: 1 } } });
    const repeated = await Promise.all(Array.from({ length: 20 }, () => deliver(server, "orders", sent)));
    for (const { status, body } of repeated) expect({ status, body }).toEqual({ status: 202, body: first.body });
    await server.end();
    const again = await place.serve();
    expect(await deliver(again, "orders", sent)).toMatchObject({ status: 202, body: first.body });
    expect(await jobsOf(again)).toHaveLength(1);
    expect(await deliveriesOf(again, "orders")).toMatchObject([
      { deliveryId: "msg_1", status: "accepted", repeats: 21 },
    ]);
  });

  test("creates one job when it arrives many times at once", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    const responses = await Promise.all(
      Array.from({ length: 60 }, (_, index) => deliver(server, "orders", standard(`msg_${index % 3}`, "{}"))),
    );
    const ids = responses.map(({ status, body }) => {
      expect(status).toBe(202);
      return body.job.id;
    });
    expect(new Set(ids).size).toBe(3);
    expect(await jobsOf(server)).toHaveLength(3);
  });

  test("that is not genuine creates nothing, and does not use up its id", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    const good = standard("msg_1", '{"n": 1}');
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    const bad: Sent[] = [
      { ...good, body: '{"n": 2}' },
      { ...good, headers: { ...good.headers, "webhook-id": "msg_2" } },
      standard("msg_1", '{"n": 1}', new Date(), "whsec_AAAA"),
      standard("msg_1", '{"n": 1}', minutes(-6)),
      standard("msg_1", '{"n": 1}', minutes(6)),
      { headers: { "content-type": "application/json" }, body: '{"n": 1}' },
    ];
    for (const sent of bad) {
      expect(await deliver(server, "orders", sent)).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    }
    expect(await jobsOf(server)).toEqual([]);
    expect(await deliver(server, "orders", good)).toMatchObject({ status: 202 });
    const deliveries = await deliveriesOf(server, "orders");
    expect(deliveries.map(({ status }) => status)).toEqual([...bad.map(() => "refused"), "accepted"]);
    expect(deliveries[3]).toMatchObject({ reason: expect.stringMatching(/5 minutes ago/), jobId: null });
    const stored = JSON.stringify(deliveries);
    for (const secret of [...Object.values(SECRETS), "v1,"]) expect(stored).not.toContain(secret);
  });

  test("is verified by its bytes, and its input is its JSON", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, { name: "raw", task: "echo", verification: { type: "hmac", secret: "HMAC" } });
    const body = '{ "b" : 1.0,\r\n  "a": "\u00e9\\u00e9" }';
    const { body: created } = await deliver(server, "raw", hmac(body));
    const job = await server.until(`/api/v1/jobs/${created.job.id}`, ({ status }) => status === "completed");
    expect(job.output).toEqual({ b: 1, a: "\u00e9\u00e9" });
    expect(await deliver(server, "raw", { ...hmac(body), body: body.replace("\r\n", "\n") })).toMatchObject({
      status: 401,
    });
    // There is no id, so every delivery is a new one.
    expect((await deliver(server, "raw", hmac(body))).body).not.toEqual(created);
  });

  test("of GitHub and of Stripe has its id where they write it", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, { name: "github", task: "echo", verification: { type: "github", secret: "GITHUB" } });
    await create(server, { name: "stripe", task: "echo", verification: { type: "stripe", secret: "STRIPE" } });
    const github = (id: string, body: string, type = "application/json"): Sent => {
      const signature = createHmac("sha256", SECRETS.GITHUB).update(body).digest("hex");
      return {
        headers: { "x-hub-signature-256": `sha256=${signature}`, "x-github-delivery": id, "content-type": type },
        body,
      };
    };
    const stripe = (body: string): Sent => {
      const time = Math.floor(Date.now() / 1_000);
      const signature = createHmac("sha256", SECRETS.STRIPE).update(`${time}.${body}`).digest("hex");
      return { headers: { "stripe-signature": `t=${time},v1=${signature}`, "content-type": "application/json" }, body };
    };
    const pushed = await deliver(server, "github", github("8c7f", '{"ref":"main"}'));
    expect(pushed.status).toBe(202);
    expect((await deliver(server, "github", github("8c7f", '{"ref":"main"}'))).body).toEqual(pushed.body);
    expect((await deliver(server, "github", github("8c80", '{"ref":"main"}'))).body).not.toEqual(pushed.body);
    const form = `payload=${encodeURIComponent('{"ref":"dev"}')}`;
    const asForm = await deliver(server, "github", github("8c81", form, "application/x-www-form-urlencoded"));
    expect(
      await server.until(`/api/v1/jobs/${asForm.body.job.id}`, ({ status }) => status === "completed"),
    ).toMatchObject({
      output: { ref: "dev" },
    });
    const paid = await deliver(server, "stripe", stripe('{"id": "evt_1", "amount": 5}'));
    expect(paid.status).toBe(202);
    // Stripe signs each attempt again.
    expect((await deliver(server, "stripe", stripe('{"id": "evt_1",  "amount": 5}'))).body).toEqual(paid.body);
    expect(await deliver(server, "stripe", stripe('{"amount": 5}'))).toMatchObject({ status: 400 });
  });

  test("has its id in the header that the webhook names", async () => {
    using place = newWorkplace();
    const server = await start(place);
    const deduplication = { header: "X-Request-Id" };
    await create(server, {
      name: "own",
      task: "echo",
      verification: { type: "token", secret: "TOKEN" },
      deduplication,
    });
    const sent = (id: string): Sent => ({ headers: { authorization: "Bearer t0ken", "x-request-id": id }, body: "{}" });
    const first = await deliver(server, "own", sent("a"));
    expect((await deliver(server, "own", sent("a"))).body).toEqual(first.body);
    expect((await deliver(server, "own", sent("b"))).body).not.toEqual(first.body);
    expect(await deliver(server, "own", { headers: { authorization: "Bearer t0ken" }, body: "{}" })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining("X-Request-Id is missing") },
    });
    expect(await deliver(server, "own", { headers: { authorization: "Bearer t0ken" }, body: "{}" })).toMatchObject({
      status: 400,
    });
    expect(await deliver(server, "own", sent("x".repeat(257)))).toMatchObject({ status: 400 });
    expect(JSON.stringify(await deliveriesOf(server, "own"))).not.toContain("t0ken");
  });

  test("becomes the input that the webhook's template makes of it", async () => {
    using place = newWorkplace();
    const server = await start(place);
    const input = {
      a: "/body/order/lines/0/net",
      b: "/body/order/tax",
      event: "/headers/X-Event",
      from: "shop",
      no: "/body/x",
    };
    await create(server, {
      name: "mapped",
      task: "sum",
      verification: { type: "hmac", secret: "HMAC" },
      input,
      respond: "output",
    });
    const body = JSON.stringify({ order: { lines: [{ net: 3 }], tax: 4 } });
    expect(await deliver(server, "mapped", hmac(body, { "x-event": "paid" }))).toMatchObject({ status: 200, body: 7 });
    const [job] = await jobsOf(server);
    expect(job?.input).toEqual({ a: 3, b: 4, event: "paid", from: "shop" });
    // The input does not fit the task: no job.
    const wrong = await deliver(server, "mapped", hmac("{}"));
    expect(wrong).toMatchObject({ status: 422, body: { code: "INVALID_INPUT" } });
    expect(await deliver(server, "mapped", hmac("no json"))).toMatchObject({
      status: 400,
      body: { code: "INVALID_JSON" },
    });
    expect(await deliver(server, "mapped", hmac('{"a":1,"a":2}'))).toMatchObject({
      status: 400,
      body: { code: "INVALID_JSON" },
    });
    expect(await jobsOf(server)).toHaveLength(1);
  });
});

describe("a response", () => {
  test("has the output if the webhook or the sender wants it", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    await create(server, { ...STANDARD_HOOK, name: "waiting", respond: "output" });
    const waiting = await deliver(server, "waiting", standard("msg_1", '{"n":1}'));
    expect(waiting).toMatchObject({ status: 200, body: { n: 1 } });
    expect(await deliver(server, "waiting", standard("msg_1", '{"n":1}'))).toMatchObject({
      status: 200,
      body: { n: 1 },
    });
    const preferring = standard("msg_1", '{"n":2}');
    preferring.headers.prefer = "wait=10";
    const preferred = await deliver(server, "orders", preferring);
    expect(preferred).toMatchObject({ status: 200, body: { n: 2 } });
    expect(preferred.headers.get("preference-applied")).toBe("wait=10");
    const async = standard("msg_2", '{"n":3}');
    async.headers.prefer = "respond-async";
    expect(await deliver(server, "waiting", async)).toMatchObject({ status: 202 });
  });

  test("is the job if the output takes longer, and an error without details if the job failed", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await server.call("POST", "/api/v1/queue/pause", {});
    await create(server, STANDARD_HOOK);
    const hurried = standard("msg_1", "{}");
    hurried.headers.prefer = "wait=1";
    expect(await deliver(server, "orders", hurried)).toMatchObject({ status: 202, body: { job: { id: 1 } } });
    await server.call("POST", "/api/v1/queue/resume", {});
    await create(server, { ...STANDARD_HOOK, name: "failing", task: "fail", respond: "output" });
    const failed = await deliver(server, "failing", standard("msg_1", "{}"));
    expect(failed).toMatchObject({ status: 422, body: { code: "TASK_FAILED" } });
    expect(JSON.stringify(failed.body)).not.toContain("private");
  });
});

describe("a replay", () => {
  test("creates a new job from the stored delivery, as the webhook is now", async () => {
    using place = newWorkplace();
    const server = await start(place);
    const hook = { name: "mapped", task: "echo", verification: { type: "standard", secret: "STANDARD" } };
    await create(server, { ...hook, input: { id: "/body/id", event: "/headers/x-event" } });
    const sent = standard("msg_1", '{"id": 7, "more": 8}');
    sent.headers["x-event"] = "paid";
    const first = await deliver(server, "mapped", sent);
    const [delivery] = await deliveriesOf(server, "mapped");
    await server.call("PATCH", "/api/v1/webhooks/mapped", { input: { all: "/body", event: "/headers/X-EVENT" } });
    const path = `/api/v1/webhooks/mapped/deliveries`;
    for (const id of [delivery?.id, "msg_1"]) {
      const replayed = await server.call("POST", `${path}/${id}/replay`);
      expect(replayed.status).toBe(202);
      expect(replayed.body).not.toEqual(first.body);
      const job = (replayed.body.job as JsonObject).id;
      expect(await server.until(`/api/v1/jobs/${job}`, ({ status }) => status === "completed")).toMatchObject({
        output: { all: { id: 7, more: 8 }, event: "paid" },
      });
    }
    expect(await deliveriesOf(server, "mapped")).toMatchObject([
      { status: "accepted" },
      { status: "replayed", replayOf: delivery?.id },
      { status: "replayed", replayOf: delivery?.id },
    ]);
    // The sender still gets the first job.
    expect((await deliver(server, "mapped", sent)).body).toEqual(first.body);
    await deliver(server, "mapped", { ...sent, body: "{}" });
    const refused = (await deliveriesOf(server, "mapped")).at(-1);
    expect(await server.call("POST", `${path}/${refused?.id}/replay`)).toMatchObject({ status: 409 });
    expect(await server.call("POST", `${path}/999/replay`)).toMatchObject({ status: 404 });
    await create(server, { ...hook, name: "other" });
    expect(await server.call("POST", `/api/v1/webhooks/other/deliveries/${delivery?.id}/replay`)).toMatchObject({
      status: 404,
    });
  });
});

describe("webhooks", () => {
  test("are created, listed, changed and deleted", async () => {
    using place = newWorkplace();
    const server = await start(place);
    const created = await create(server, { ...STANDARD_HOOK, respond: "output", input: { x: "/body" } });
    expect(created).toMatchObject({
      name: "orders",
      task: { label: "echo" },
      deduplication: null,
      input: { x: "/body" },
    });
    expect(await server.call("GET", "/api/v1/webhooks/orders")).toMatchObject({ status: 200, body: created });
    expect(await server.call("POST", "/api/v1/webhooks", STANDARD_HOOK)).toMatchObject({ status: 409 });
    const changed = await server.call("PATCH", "/api/v1/webhooks/orders", { name: "sales", input: null, task: "sum" });
    expect(changed.body).toMatchObject({ name: "sales", task: { label: "sum" }, input: null, respond: "output" });
    expect((await server.call("GET", "/api/v1/webhooks?task=sum")).body.items).toHaveLength(1);
    expect((await server.call("GET", "/api/v1/webhooks?task=echo")).body.items).toEqual([]);
    const gone = await fetch(`${server.url}/api/v1/webhooks/sales`, {
      method: "DELETE",
      headers: { "content-type": "application/json" },
    });
    expect(gone.status).toBe(204);
    for (const path of ["/api/v1/webhooks/sales", "/api/v1/webhooks/sales/deliveries"]) {
      expect(await server.call("GET", path)).toMatchObject({ status: 404, body: { code: "WEBHOOK_NOT_FOUND" } });
    }
    expect(await deliver(server, "sales", standard("msg_1", "{}"))).toMatchObject({ status: 404 });
  });

  test("are refused with a pointer to what is wrong", async () => {
    using place = newWorkplace();
    const server = await start(place);
    const verification = STANDARD_HOOK.verification;
    const wrong: [JsonObject, string][] = [
      [{ name: "a b" }, "/name"],
      [{ name: "" }, "/name"],
      [{ verification: { ...verification, type: "sha" } }, "/verification/type"],
      [{ verification: { type: "standard" } }, "/verification"],
      [{ verification: { ...verification, secret: "whsec_not+a+name" } }, "/verification/secret"],
      [{ verification: { ...verification, algorithm: "sha1" } }, "/verification/algorithm"],
      [{ verification: { type: "token", secret: "T", encoding: "base64" } }, "/verification/encoding"],
      [{ verification: { ...verification, header: "a b" } }, "/verification/header"],
      [{ verification: { ...verification, header: "x-signature" } }, "/verification/header"],
      [{ verification: { type: "github", secret: "G", header: "x-signature" } }, "/verification/header"],
      [{ verification: { type: "stripe", secret: "S", header: "x-signature" } }, "/verification/header"],
      [{ verification: { type: "github", secret: "G", encoding: "base64" } }, "/verification/encoding"],
      [{ verification: { type: "token", secret: "T", algorithm: "sha256" } }, "/verification/algorithm"],
      [{ deduplication: { header: "a:b" } }, "/deduplication/header"],
      [{ deduplication: {} }, "/deduplication"],
      [{ respond: "html" }, "/respond"],
      [{ more: 1 }, ""],
    ];
    for (const [change, pointer] of wrong) {
      const { status, body } = await server.call("POST", "/api/v1/webhooks", { ...STANDARD_HOOK, ...change });
      expect({ status, errors: body.errors }).toMatchObject({
        status: 400,
        errors: [{ pointer: expect.stringMatching(new RegExp(`^${pointer}`)) }],
      });
    }
    expect(await server.call("POST", "/api/v1/webhooks", { ...STANDARD_HOOK, task: "nothing" })).toMatchObject({
      status: 404,
    });
  });

  test("without their secret refuse deliveries for the time being", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, { ...STANDARD_HOOK, verification: { type: "standard", secret: "MISSING" } });
    expect(await deliver(server, "orders", standard("msg_1", "{}"))).toMatchObject({
      status: 503,
      body: { code: "ENVIRONMENT" },
    });
    expect(await deliveriesOf(server, "orders")).toMatchObject([
      { status: "refused", reason: expect.stringMatching(/not set/) },
    ]);
  });

  test("take no more than configured, and keep a bounded number of refusals", async () => {
    using place = newWorkplace();
    place.write("ratchet.yaml", "webhooks:\n  max_body_size: 1kB\n");
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    expect(await deliver(server, "orders", standard("msg_1", `"${"x".repeat(1_024)}"`))).toMatchObject({
      status: 413,
      body: { code: "BODY_TOO_LARGE" },
    });
    await Promise.all(Array.from({ length: 100 }, () => deliver(server, "orders", { headers: {}, body: "{}" })));
    expect((await deliveriesOf(server, "orders")).length).toBeLessThanOrEqual(40);
  });
});
