import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, runJob, SECRET, startReceiver, startWithTasks, webhook } from "./receiver.ts";

const RULES = "/api/v1/notifications/rules";
const TO = [{ type: "slack", url: "http://127.0.0.1:9/x" }];

describe("rules", () => {
  test("of the configuration are listed with their origin, work, and can't be changed", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const rules = JSON.stringify([{ name: "fixed", when: "job.failed", throttle: "1s", to: [webhook(receiver)] }]);
    const env = { RATCHET_NOTIFICATIONS_RULES: rules };
    const server = await startWithTasks(place, env);
    const [rule] = (await server.call("GET", RULES)).body.items as JsonObject[];
    expect(rule).toMatchObject({ name: "fixed", origin: "configuration", throttle: "1s" });
    await runJob(server, "flaky");
    await receiver.until("/hook", 1);
    for (const [method, body] of [["PATCH", { enabled: false }], ["DELETE"]] as const) {
      const refused = await server.call(method, `${RULES}/${rule?.id}`, body);
      expect(refused).toMatchObject({ status: 409, body: { remedy: expect.stringContaining("notifications.rules") } });
    }
    expect(await server.call("POST", `${RULES}/${rule?.id}/test`)).toMatchObject({
      body: { items: [{ delivered: true }] },
    });
    expect(await server.call("POST", RULES, { name: "fixed", when: "job.failed", to: TO })).toMatchObject({
      status: 409,
    });
    const shown = await place.ratchet(["config", "show"], { env });
    expect(shown.stdout).not.toContain(SECRET.slice(6));
    await server.end();
    // A rule that is gone from the configuration is gone, with its deliveries.
    const next = await place.serve();
    expect((await next.call("GET", RULES)).body.items).toEqual([]);
    expect((await next.call("GET", "/api/v1/notifications/deliveries")).body.items).toEqual([]);
  });

  test("of the configuration are checked, and not taken from the folder's file", async () => {
    using place = newWorkplace();
    const text = "notifications:\n  rules:\n    - name: x\n      when: job.slow\n      to: []\n";
    place.write("own.yaml", text);
    const wrong = await place.ratchet(["config", "validate", "own.yaml"]);
    expect([wrong.code, wrong.stdout + wrong.stderr]).toEqual([3, expect.stringContaining("longerThan")]);
    place.write("ratchet.yaml", "notifications:\n  smtp:\n    url: smtp://user:hunter2@127.0.0.1\n");
    const refused = await place.ratchet(["serve", "--port", "0"]);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("notifications.smtp.url")]);
    expect(refused.stderr).not.toContain("hunter2");
  });

  test("are checked with a pointer and a remedy", async () => {
    using place = newWorkplace();
    const server = await startWithTasks(place);
    const wrong: readonly [JsonObject, string][] = [
      [{ name: "", when: "job.failed", to: TO }, "/name"],
      [{ name: "x", when: "job.slow", to: TO }, "/longerThan"],
      [{ name: "x", when: "job.slow", longerThan: "1", to: TO }, "/longerThan"],
      [{ name: "x", when: "job.failed", times: 3, to: TO }, "/times"],
      [{ name: "x", when: "job.failed_in_a_row", times: 0, to: TO }, "/times"],
      [{ name: "x", when: "queue.old", olderThan: "1s", source: "x", to: TO }, "/source"],
      [{ name: "x", when: "job.failed", task: "a,b", to: TO }, "/task"],
      [{ name: "x", when: "job.failed", to: [] }, "/to"],
      [{ name: "x", when: "job.failed", to: [{ type: "slack", url: "file:///etc/passwd" }] }, "/to/0/url"],
      [
        { name: "x", when: "job.failed", to: [{ type: "slack", url: "http://127.0.0.1/", secret: "x" }] },
        "/to/0/secret",
      ],
      [
        { name: "x", when: "job.failed", to: [{ type: "webhook", url: "http://127.0.0.1/", secret: "short" }] },
        "/to/0/secret",
      ],
      [{ name: "x", when: "job.failed", to: [{ type: "email", to: ["a@b\nBcc: c@d"] }] }, "/to/0/to/0"],
    ];
    for (const [rule, pointer] of wrong) {
      const { status, body } = await server.call("POST", RULES, rule);
      expect([pointer, status, JSON.stringify(body)]).toEqual([pointer, 400, expect.stringContaining(`"${pointer}"`)]);
    }
    const rule = await createRule(server, { name: "x", when: "job.failed", to: TO });
    const changed = await server.call("PATCH", `${RULES}/${rule.id}`, {
      when: "job.failed_in_a_row",
      times: 2,
      task: "a*",
    });
    expect(changed).toMatchObject({ status: 200, body: { when: "job.failed_in_a_row", times: 2, task: "a*" } });
    const back = await server.call("PATCH", `${RULES}/${rule.id}`, { when: "job.failed", times: null, task: null });
    expect(back).toMatchObject({ status: 200, body: { when: "job.failed", times: null, task: null } });
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const missing = await server.call(method, `${RULES}/99`, method === "GET" ? undefined : {});
      expect(missing).toMatchObject({ status: 404, body: { code: "RULE_NOT_FOUND" } });
    }
    const entries = (await server.call("GET", "/api/v1/audit?limit=100")).body.items as JsonObject[];
    expect(entries.map(({ action, target }) => `${action} ${target}`)).toContain(
      "createNotificationRule notifications/rules/x",
    );
  });

  test("are handled by the command line", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    const at = ["--server", server.url];
    const rule = JSON.stringify({ name: "from stdin", when: "job.failed", to: [webhook(receiver)] });
    const created = await place.ratchet(["notifications", "create", "-", ...at], { stdin: rule });
    expect([created.code, created.stdout, created.stderr]).toEqual([0, "created rule 1: from stdin\n", ""]);
    const tested = await place.ratchet(["notifications", "test", "1", ...at]);
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining(`${receiver.url}/hook`)]);
    receiver.respond = () => new Response(null, { status: 500 });
    expect((await place.ratchet(["notifications", "test", "1", ...at])).code).toBe(1);
    await runJob(server, "flaky");
    await receiver.until("/hook", 3);
    await server.until(
      "/api/v1/notifications/deliveries",
      ({ items }) => (items as { tries: number }[])[0]?.tries !== 0,
    );
    const listed = await place.ratchet(["notifications", "deliveries", "--state", "pending", "--json", ...at]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ rule: "from stdin", error: "it responded with 500" });
    const deleted = await place.ratchet(["notifications", "delete", "1", ...at]);
    expect([deleted.code, deleted.stdout]).toEqual([0, "deleted rule 1\n"]);
    expect((await place.ratchet(["notifications", "list", ...at])).stdout).toBe("There are no rules.\n");
  });

  test("keep working after the master key was rotated", async () => {
    using place = newWorkplace();
    using receiver = startReceiver();
    const server = await startWithTasks(place);
    const rule = await createRule(server, { name: "x", when: "job.failed", to: [webhook(receiver)] });
    const rotated = await place.ratchet(["secrets", "rotate-key"]);
    expect([rotated.code, rotated.stderr]).toEqual([0, ""]);
    await server.end();
    const next = await place.serve();
    expect(await next.call("POST", `${RULES}/${rule.id}/test`)).toMatchObject({
      body: { items: [{ delivered: true }] },
    });
  });
});
