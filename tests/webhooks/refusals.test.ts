/** What becomes of deliveries that are not genuine. */
import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";
import { create, deliver, deliveriesOf, jobsOf, STANDARD_HOOK, standard, start } from "./hook-server.ts";

describe("webhooks", () => {
  test("tell the sender what to do, and the operator alone what is wrong with a secret", async () => {
    using place = newWorkplace();
    for (const [name, stdin] of Object.entries({
      PLAIN: "no base64!",
      PREFIXED: "whsec_no base64!",
      EMPTY: "whsec_",
    })) {
      await place.ratchet(["secrets", "set", name], { stdin });
    }
    const server = await start(place);
    const hook = (name: string, type: string, secret: string) => ({
      name,
      task: "echo",
      verification: { type, secret },
    });
    await create(server, hook("github", "github", "GITHUB"));
    await create(server, hook("token", "token", "TOKEN"));
    const remedyOf = async (name: string, headers: Record<string, string> = {}) =>
      (await deliver(server, name, { headers, body: "{}" })).body.remedy;
    expect(await remedyOf("token")).toBe("Send the webhook's token, which is its secret, in that header.");
    expect(await remedyOf("token", { authorization: "Bearer x" })).not.toContain("Sign");
    expect(await remedyOf("github")).not.toContain("5 minutes");
    for (const name of ["PLAIN", "PREFIXED"]) {
      await create(server, hook(name, "standard", name));
      const refused = await deliver(server, name, standard("msg_1", "{}"));
      expect(refused).toMatchObject({ status: 401, body: { detail: "The signature is wrong." } });
      expect(JSON.stringify(refused.body)).not.toContain(name);
      const reason = `The signature is wrong. The secret ${name} is malformed: Standard Webhooks needs base64, possibly after whsec_.`;
      expect(await deliveriesOf(server, name)).toMatchObject([{ status: "refused", reason }]);
      await server.complained(new RegExp(`The secret ${name} is malformed`));
    }
    // An empty key is known to everyone.
    await create(server, hook("EMPTY", "standard", "EMPTY"));
    const forged = standard("msg_1", "{}");
    const text = `msg_1.${forged.headers["webhook-timestamp"]}.{}`;
    forged.headers["webhook-signature"] = `v1,${createHmac("sha256", "").update(text).digest("base64")}`;
    expect(await deliver(server, "EMPTY", forged)).toMatchObject({ status: 503 });
    expect(await jobsOf(server)).toEqual([]);
    // An input that is wrong as a whole has a subject, too.
    await create(server, { ...hook("sum", "token", "TOKEN"), task: "sum" });
    const wrong = await deliver(server, "sum", { headers: { authorization: "Bearer t0ken" }, body: "{}" });
    expect(wrong.body.detail).toMatch(/^The input does not match the schema of sum: \(the whole value\) \S/);
  });

  test("are limited like other requests, and a flood of forged deliveries fills neither the log nor the database", async () => {
    using place = newWorkplace();
    const server = await start(place);
    await create(server, STANDARD_HOOK);
    for (let batch = 0; batch < 10; batch++) {
      await Promise.all(Array.from({ length: 40 }, () => deliver(server, "orders", { headers: {}, body: "{}" })));
    }
    const refusals = (await server.call("GET", "/api/v1/audit?action=receiveDelivery&limit=1000")).body
      .items as JsonObject[];
    expect(refusals[0]).toMatchObject({ target: "hooks/orders", outcome: "UNAUTHENTICATED", actor: "local" });
    expect(refusals.length).toBeLessThanOrEqual(200);
    await server.end();
    const { stdout } = await place.ratchet(["audit", "export", "--action", "receiveDelivery"]);
    const counts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Number(JSON.parse(line).count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400);
    const limited = await place.serve([], {
      RATCHET_SERVER_RATE_LIMIT_COUNT: "5",
      RATCHET_SERVER_RATE_LIMIT_PERIOD: "1h",
    });
    const results = [];
    for (let at = 0; at < 7; at++) results.push(await deliver(limited, "orders", { headers: {}, body: "{}" }));
    expect(results.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(results[5]).toMatchObject({ body: { code: "TOO_MANY_REQUESTS" } });
    expect(Number(results[5]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
