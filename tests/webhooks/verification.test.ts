import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import type { WebhookVerification } from "../../src/domain/webhook.ts";
import { verifyDelivery } from "../../src/service/webhooks/verification/verify-delivery.ts";

const NOW = Date.UTC(2026, 5, 1);
const SECONDS = NOW / 1_000;

type Sent = Record<string, string>;

function refusal(
  verification: Omit<WebhookVerification, "secret">,
  secret: string,
  sent: { headers: Sent; body: string | Uint8Array; at?: number },
): string | undefined {
  const body = typeof sent.body === "string" ? new TextEncoder().encode(sent.body) : sent.body;
  const request = { headers: new Headers(sent.headers), body, receivedAt: sent.at ?? NOW };
  return verifyDelivery(request, { ...verification, secret: "NAME" }, secret);
}

const hmac = (algorithm: string, key: string | Uint8Array, text: string, encoding: "hex" | "base64") =>
  createHmac(algorithm, key).update(text).digest(encoding);

describe("Standard Webhooks", () => {
  // The example of the specification and of its reference libraries.
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  const body = '{"test": 2432232314}';
  const time = "1614265330";
  const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  const at = Number(time) * 1_000;
  const headers = (more: Sent = {}): Sent => ({
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": signature,
    ...more,
  });
  const check = (more: Sent = {}, other: { body?: string; at?: number; secret?: string } = {}) =>
    refusal({ type: "standard" }, other.secret ?? secret, {
      headers: headers(more),
      body: other.body ?? body,
      at: other.at ?? at,
    });

  test("accepts the published example", () => {
    expect(check()).toBeUndefined();
    expect(check({}, { secret: secret.slice("whsec_".length) })).toBeUndefined();
    expect(check({ "webhook-signature": `v1,AAAA ${signature}` })).toBeUndefined();
    expect(check({ "webhook-signature": `v1a,AAAA v2,BBBB ${signature}` })).toBeUndefined();
  });

  test("refuses what differs in anything", () => {
    for (const sent of [
      check({ "webhook-id": "msg_2" }),
      check({ "webhook-timestamp": "1614265331" }),
      check({}, { body: '{"test":2432232314}' }),
      check({}, { secret: "whsec_AAAA" }),
      check({ "webhook-signature": signature.replace("v1,", "v2,") }),
      check({ "webhook-signature": signature.slice("v1,".length) }),
      check({ "webhook-signature": `v1,${signature}` }),
      check({ "webhook-signature": `${signature.slice(0, -4)}` }),
      check({ "webhook-signature": "v1," }),
    ]) {
      expect(sent).toBe("The signature is wrong.");
    }
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      const { [name]: _, ...rest } = headers();
      expect(refusal({ type: "standard" }, secret, { headers: rest, body, at })).toBe(`The header ${name} is missing.`);
    }
    for (const sent of ["", "now", "1e9", "-1614265330", "0x6037b9f2"]) {
      expect(check({ "webhook-timestamp": sent })).toMatch(/not a number of seconds/);
    }
  });

  test("has a window of 5 minutes both ways", () => {
    expect(check({}, { at: at + 300_999 })).toBeUndefined();
    expect(check({}, { at: at + 301_000 })).toMatch(/5 minutes ago/);
    expect(check({}, { at: at - 300_000 })).toBeUndefined();
    expect(check({}, { at: at - 300_001 })).toMatch(/in the future/);
  });

  test("agrees with the reference library", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string({ unit: "binary" }), (key, text) => {
        const shared = `whsec_${Buffer.from(key).toString("base64")}`;
        const sent = {
          "webhook-id": "msg_1",
          "webhook-timestamp": String(SECONDS),
          "webhook-signature": new Webhook(shared).sign("msg_1", new Date(NOW), text),
        };
        expect(refusal({ type: "standard" }, shared, { headers: sent, body: text })).toBeUndefined();
      }),
    );
  });
});

describe("GitHub", () => {
  // From GitHub's documentation, "Validating webhook deliveries".
  const secret = "It's a Secret to Everybody";
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const check = (headers: Sent, body = "Hello, World!") => refusal({ type: "github" }, secret, { headers, body });

  test("accepts the published example", () => {
    expect(check({ "X-Hub-Signature-256": signature })).toBeUndefined();
    expect(check({ "x-hub-signature-256": signature.replace("757107EA", "757107ea") })).toBeUndefined();
  });

  test("refuses what differs in anything", () => {
    expect(check({ "x-hub-signature-256": signature }, "Hello, World?")).toBe("The signature is wrong.");
    expect(check({ "x-hub-signature-256": signature.slice(0, -2) })).toBe("The signature is wrong.");
    expect(check({ "x-hub-signature-256": "sha256=" })).toBe("The signature is wrong.");
    expect(check({ "x-hub-signature-256": signature.replace("sha256=", "") })).toMatch(/does not begin/);
    expect(check({ "x-hub-signature": `sha1=${hmac("sha1", secret, "Hello, World!", "hex")}` })).toMatch(/is missing/);
    expect(check({})).toMatch(/x-hub-signature-256 is missing/);
  });
});

describe("Stripe", () => {
  const secret = "whsec_test_secret";
  const stripe = new Stripe("sk_test_1");
  const body = '{\n  "id": "evt_1",\n  "object": "event"\n}';
  const signed = (timestamp: number, text = body) =>
    stripe.webhooks.generateTestHeaderStringAsync({ payload: text, secret, timestamp });
  const check = (header: string, other: { body?: string; at?: number } = {}) =>
    refusal({ type: "stripe" }, secret, {
      headers: { "Stripe-Signature": header },
      body: other.body ?? body,
      at: other.at ?? NOW,
    });

  test("accepts what Stripe's library signs", async () => {
    expect(check(await signed(SECONDS))).toBeUndefined();
    expect(check((await signed(SECONDS)).replace("v1=", `v1=${"0".repeat(64)},v1=`))).toBeUndefined();
    expect(check(`v0=abc,${await signed(SECONDS)}`)).toBeUndefined();
  });

  test("refuses what differs in anything", async () => {
    expect(check(await signed(SECONDS), { body: JSON.stringify(JSON.parse(body)) })).toBe("The signature is wrong.");
    expect(check((await signed(SECONDS)).replace(`t=${SECONDS}`, `t=${SECONDS + 1}`))).toBe("The signature is wrong.");
    expect(check((await signed(SECONDS)).replace("v1=", "v0="))).toBe("The signature is wrong.");
    expect(check(`t=${SECONDS}`)).toBe("The signature is wrong.");
    expect(check((await signed(SECONDS)).replace("t=", "u="))).toMatch(/no time/);
    expect(refusal({ type: "stripe" }, secret, { headers: {}, body })).toMatch(/is missing/);
  });

  test("has a window of 5 minutes both ways", async () => {
    expect(check(await signed(SECONDS - 300))).toBeUndefined();
    expect(check(await signed(SECONDS - 301))).toMatch(/5 minutes ago/);
    expect(check(await signed(SECONDS + 300))).toBeUndefined();
    expect(check(await signed(SECONDS + 301))).toMatch(/in the future/);
  });
});

describe("a plain HMAC", () => {
  test("has any algorithm, encoding and header", () => {
    for (const algorithm of ["sha1", "sha256", "sha384", "sha512"] as const) {
      for (const encoding of ["hex", "base64"] as const) {
        const signature = hmac(algorithm, "key", "text", encoding);
        const kind = { type: "hmac", header: "X-Sum", algorithm, encoding } as const;
        expect(refusal(kind, "key", { headers: { "x-sum": signature }, body: "text" })).toBeUndefined();
        expect(
          refusal(kind, "key", { headers: { "x-sum": `${algorithm}=${signature}` }, body: "text" }),
        ).toBeUndefined();
        expect(refusal(kind, "kez", { headers: { "x-sum": signature }, body: "text" })).toBe("The signature is wrong.");
        expect(refusal(kind, "key", { headers: { "x-signature": signature }, body: "text" })).toMatch(
          /x-sum is missing/i,
        );
      }
    }
    const usual = { "X-Signature": hmac("sha256", "key", "text", "hex") };
    expect(refusal({ type: "hmac" }, "key", { headers: usual, body: "text" })).toBeUndefined();
  });

  test("is refused in another encoding or of another algorithm", () => {
    const sent = (signature: string) =>
      refusal({ type: "hmac" }, "key", { headers: { "x-signature": signature }, body: "text" });
    expect(sent(hmac("sha256", "key", "text", "base64"))).toBe("The signature is wrong.");
    expect(sent(hmac("sha1", "key", "text", "hex"))).toBe("The signature is wrong.");
    expect(sent("")).toBe("The signature is wrong.");
  });

  test("covers the bytes, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (body, other) => {
        const signature = createHmac("sha256", "key").update(body).digest("hex");
        const check = (bytes: Uint8Array) =>
          refusal({ type: "hmac" }, "key", { headers: { "x-signature": signature }, body: bytes });
        expect(check(body)).toBeUndefined();
        if (!Buffer.from(body).equals(other)) expect(check(other)).toBe("The signature is wrong.");
      }),
    );
  });
});

test("a token is in the header that the webhook names, or in a usual one", () => {
  const check = (headers: Sent, header?: string) =>
    refusal({ type: "token", ...(header === undefined ? {} : { header }) }, "t0ken", { headers, body: "" });
  expect(check({ authorization: "Bearer t0ken" })).toBeUndefined();
  expect(check({ "x-webhook-token": "t0ken" })).toBeUndefined();
  expect(check({ "X-Gitlab-Token": "t0ken" }, "x-gitlab-token")).toBeUndefined();
  for (const sent of ["t0ke", "t0kenn", "T0ken", "", "Bearer"]) {
    expect(check({ "x-gitlab-token": sent }, "X-Gitlab-Token")).toBe("The token is wrong.");
  }
  expect(check({ authorization: "Bearer t0ken" }, "x-gitlab-token")).toMatch(/is missing/);
  expect(check({})).toMatch(/is missing/);
});
