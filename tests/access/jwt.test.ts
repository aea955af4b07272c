import { afterAll, describe, expect, test } from "bun:test";
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import fc from "fast-check";
import { exportJWK, type JWTPayload, SignJWT } from "jose";
import { createTokenVerifier, type VerifyToken } from "../../src/access/jwt/verify-token.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { createManualClock } from "../store/manual-clock.ts";

const SECRET = randomBytes(32);
const AUDIENCE = "ratchet";
const ISSUER = "https://login.example.org";
const NOW = Date.UTC(2026, 5, 1);
const seconds = NOW / 1_000;
const client = createHttpClient();
afterAll(() => client.stop());

const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "ada",
  exp: seconds + 60,
  role: "operator",
  ...more,
});

const without = (name: string): JWTPayload => {
  const { [name]: _, ...rest } = claims();
  return rest;
};

function sign(payload: JWTPayload, header: { alg: string; [name: string]: unknown }, key: KeyObject | Uint8Array) {
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token whose parts are written by hand, as an attacker would. */
function forged(header: object, payload: object, secret: string | Uint8Array = ""): string {
  const text = `${encode(header)}.${encode(payload)}`;
  const signature = secret === "" ? "" : createHmac("sha256", secret).update(text).digest("base64url");
  return `${text}.${signature}`;
}

describe("a shared secret", () => {
  const verify = createTokenVerifier({
    settings: { keys: { kind: "shared", secret: SECRET }, issuer: ISSUER, audience: AUDIENCE, roleClaim: "role" },
    send: client.send,
    clock: createManualClock(NOW),
  });

  test("gives the principal that the token describes", async () => {
    expect(await verify(await sign(claims(), { alg: "HS256" }, SECRET))).toEqual({
      principal: { kind: "jwt", name: "ada", role: "operator" },
      expiresAt: NOW + 60_000,
    });
    for (const alg of ["HS384", "HS512"]) {
      expect(await verify(await sign(claims({ aud: ["other", AUDIENCE] }), { alg }, SECRET))).toHaveProperty(
        "principal",
      );
    }
  });

  const refused: [string, () => Promise<string> | string, RegExp][] = [
    ["expired", () => sign(claims({ exp: seconds - 1 }), { alg: "HS256" }, SECRET), /expired/],
    ["expires now", () => sign(claims({ exp: seconds }), { alg: "HS256" }, SECRET), /expired/],
    ["never expires", () => sign(without("exp"), { alg: "HS256" }, SECRET), /exp/],
    ["expiry time is a text", () => forged({ alg: "HS256" }, { ...claims(), exp: "2100-01-01" }, SECRET), /exp/],
    ["not valid yet", () => sign(claims({ nbf: seconds + 60 }), { alg: "HS256" }, SECRET), /not valid yet/],
    ["no audience", () => sign(without("aud"), { alg: "HS256" }, SECRET), /aud/],
    ["another audience", () => sign(claims({ aud: "billing" }), { alg: "HS256" }, SECRET), /aud/],
    ["longer audience", () => sign(claims({ aud: `${AUDIENCE}-staging` }), { alg: "HS256" }, SECRET), /aud/],
    ["another issuer", () => sign(claims({ iss: `${ISSUER}/` }), { alg: "HS256" }, SECRET), /issuer/],
    ["no issuer", () => sign(without("iss"), { alg: "HS256" }, SECRET), /issuer/],
    ["another key", () => sign(claims(), { alg: "HS256" }, randomBytes(32)), /signature/],
    ["alg none", () => forged({ alg: "none" }, claims()), /algorithm/],
    ["alg None", () => forged({ alg: "None" }, claims()), /algorithm|malformed/],
    ["no alg", () => forged({}, claims(), SECRET), /malformed/],
    ["no signature", () => forged({ alg: "HS256" }, claims()), /signature/],
    ["a public key", () => sign(claims(), { alg: "RS256" }, newKeys().privateKey), /algorithm/],
    ["its own key (jwk)", () => forged({ alg: "HS256", jwk: ownKey() }, claims(), "attacker"), /signature/],
    ["an unknown extension", () => forged({ alg: "HS256", crit: ["x"], x: 1 }, claims(), SECRET), /malformed/],
    ["not a token", () => "not.a.token", /malformed/],
    ["an encrypted token", () => "a.b.c.d.e", /malformed/],
    ["too long", () => forged({ alg: "HS256" }, claims({ more: "x".repeat(20_000) }), SECRET), /too long/],
  ];
  test.each(refused)("refuses a token: %s", async (_, create, reason) => {
    const outcome = await verify(await create());
    expect(outcome).toMatchObject({
      refused: expect.not.stringMatching("no-role"),
      reason: expect.stringMatching(reason),
    });
  });

  test("refuses every token in which one character was changed", async () => {
    const token = await sign(claims(), { alg: "HS256" }, SECRET);
    const change = fc.record({
      at: fc.nat(token.length - 1),
      to: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, to }) => {
        const changed = `${token.slice(0, at)}${to}${token.slice(at + 1)}`;
        const bytes = (text: string) => Buffer.from(text.split(".")[2] ?? "", "base64url").toString("hex");
        // The last character has bits that mean nothing.
        fc.pre(changed !== token && !(at === token.length - 1 && bytes(changed) === bytes(token)));
        expect(await verify(changed)).toHaveProperty("refused");
      }),
    );
  });

  test("an expired token names its owner only if everything else about it is right", async () => {
    const [header, past] = [{ alg: "HS256" }, { exp: seconds - 1 }];
    const owner = { kind: "jwt", name: claims().sub };
    expect(await verify(await sign(claims(past), header, SECRET))).toMatchObject({
      refused: "expired",
      identity: owner,
    });
    for (const token of [
      await sign(claims(past), header, randomBytes(32)),
      await sign(claims({ ...past, aud: "billing" }), header, SECRET),
      await sign(claims({ ...past, iss: `${ISSUER}/` }), header, SECRET),
    ]) {
      expect(await verify(token)).not.toHaveProperty("identity");
    }
  });

  test("tells a token without a role from one that is not valid", async () => {
    for (const payload of [
      without("role"),
      claims({ role: "root" }),
      claims({ role: "Admin" }),
      claims({ role: [] }),
    ]) {
      const token = await sign(payload, { alg: "HS256" }, SECRET);
      expect(await verify(token)).toMatchObject({ refused: "no-role" });
    }
  });
});

describe("published keys", () => {
  test("verify tokens of each kind of key", async () => {
    const rsa = newKeys();
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const edwards = generateKeyPairSync("ed25519");
    await using issuer = await startIssuer({ rsa, curve, edwards });
    const { verify } = issuer.verifier();
    for (const [kid, alg, key] of [
      ["rsa", "RS256", rsa.privateKey],
      ["rsa", "PS512", rsa.privateKey],
      ["curve", "ES256", curve.privateKey],
      ["edwards", "EdDSA", edwards.privateKey],
    ] as const) {
      expect(await verify(await sign(claims(), { alg, kid }, key))).toHaveProperty("principal");
    }
    expect(issuer.fetches()).toBe(1);
  });

  test("do not verify what is signed with a public key as if it were a secret", async () => {
    const rsa = newKeys();
    await using issuer = await startIssuer({ rsa });
    const { verify } = issuer.verifier();
    const pem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
    const header = { alg: "HS256", kid: "rsa" };
    const jwk = JSON.stringify(await exportJWK(rsa.publicKey));
    for (const secret of [pem, pem.trim(), jwk]) {
      expect(await verify(forged(header, claims(), secret))).toMatchObject({
        reason: expect.stringMatching(/algorithm/),
      });
    }
    expect(issuer.fetches()).toBe(0);
  });

  test("are the only keys: the token's own and those that it points to are ignored", async () => {
    const rsa = newKeys();
    const attacker = newKeys();
    await using issuer = await startIssuer({ rsa });
    await using trap = await startIssuer({ rsa: attacker });
    const { verify } = issuer.verifier();
    const jwk = await exportJWK(attacker.publicKey);
    for (const header of [{ jwk }, { jku: trap.url }, { x5u: trap.url }, { jwk, jku: trap.url, kid: "rsa" }]) {
      const token = await sign(claims(), { alg: "RS256", ...header }, attacker.privateKey);
      expect(await verify(token)).toMatchObject({ reason: expect.stringMatching(/signature/) });
    }
    expect(await verify(await sign(claims(), { alg: "RS256", kid: "rsa", jwk }, rsa.privateKey))).toHaveProperty(
      "principal",
    );
    expect(trap.fetches()).toBe(0);
  });

  test("are fetched again for an unknown key id, at most every 30 s", async () => {
    const [old, next] = [newKeys(), newKeys()];
    await using issuer = await startIssuer({ old });
    const { verify, clock } = issuer.verifier();
    const unknown = async () =>
      verify(await sign(claims({ exp: seconds + 3_600 }), { alg: "RS256", kid: "x" }, next.privateKey));
    const rotated = await sign(claims({ exp: seconds + 3_600 }), { alg: "RS256", kid: "next" }, next.privateKey);
    expect(await verify(await sign(claims(), { alg: "RS256", kid: "old" }, old.privateKey))).toHaveProperty(
      "principal",
    );
    expect(issuer.fetches()).toBe(1);
    // The issuer has new keys: the first token with one of them is accepted at once.
    await issuer.publish({ next });
    expect(await verify(rotated)).toHaveProperty("principal");
    expect(issuer.fetches()).toBe(2);
    await Promise.all(Array.from({ length: 50 }, unknown));
    clock.advance(29_000);
    expect(await unknown()).toMatchObject({ reason: expect.stringMatching(/no such key/) });
    expect(issuer.fetches()).toBe(2);
    clock.advance(1_000);
    await Promise.all(Array.from({ length: 50 }, unknown));
    expect(issuer.fetches()).toBe(3);
  });

  test("are fetched once for many first tokens, and again when they are old", async () => {
    const rsa = newKeys();
    await using issuer = await startIssuer({ rsa });
    const { verify, clock } = issuer.verifier();
    const token = await sign(claims({ exp: seconds + 7_200 }), { alg: "RS256", kid: "rsa" }, rsa.privateKey);
    await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    expect(issuer.fetches()).toBe(1);
    clock.advance(10 * 60_000);
    // The issuer has withdrawn the key.
    await issuer.publish({ other: newKeys() });
    expect(await verify(token)).toHaveProperty("refused");
  });

  test("stay in use for an hour while the issuer is down, and then nothing can be checked", async () => {
    const rsa = newKeys();
    const issuer = await startIssuer({ rsa });
    const { verify, clock } = issuer.verifier();
    const token = await sign(claims({ exp: seconds + 7_200 }), { alg: "RS256", kid: "rsa" }, rsa.privateKey);
    await verify(token);
    await issuer[Symbol.asyncDispose]();
    clock.advance(59 * 60_000);
    expect(await verify(token)).toHaveProperty("principal");
    clock.advance(60_000);
    await expect(verify(token)).rejects.toMatchObject({
      code: "ENVIRONMENT",
      message: expect.stringMatching(/can't be fetched/),
    });
  });

  test("that can't be fetched are not asked for by every request", async () => {
    await using issuer = await startIssuer({ rsa: newKeys() });
    issuer.fail(500);
    const { verify, clock } = issuer.verifier();
    const token = await sign(claims(), { alg: "RS256", kid: "rsa" }, newKeys().privateKey);
    for (let count = 0; count < 5; count++) await expect(verify(token)).rejects.toMatchObject({ code: "ENVIRONMENT" });
    clock.advance(4_000);
    await expect(verify(token)).rejects.toMatchObject({ code: "ENVIRONMENT" });
    expect(issuer.fetches()).toBe(1);
    clock.advance(1_000);
    issuer.fail(undefined);
    expect(await verify(token)).toHaveProperty("refused");
    expect(issuer.fetches()).toBe(2);
  });

  test("are not taken from the target of a redirect, nor from what is not a key set", async () => {
    const rsa = newKeys();
    await using target = await startIssuer({ rsa });
    const token = await sign(claims(), { alg: "RS256", kid: "rsa" }, rsa.privateKey);
    for (const respond of [
      () => Response.redirect(target.url),
      () => new Response("<html>"),
      () => Response.json({ keys: "none" }),
      () => Response.json({ keys: [], padding: "x".repeat(2 * 1024 * 1024) }),
    ]) {
      await using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: respond });
      const verify = verifierOf(server.url.href, createManualClock(NOW));
      await expect(verify(token)).rejects.toMatchObject({ code: "ENVIRONMENT" });
    }
    expect(target.fetches()).toBe(0);
  });
});

type Keys = { publicKey: KeyObject; privateKey: KeyObject };

function newKeys(): Keys {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

const ownKey = () => ({ kty: "oct", k: Buffer.from("attacker").toString("base64url") });

function verifierOf(url: string, clock: ReturnType<typeof createManualClock>): VerifyToken {
  const settings = { keys: { kind: "published", url } as const, issuer: ISSUER, audience: AUDIENCE, roleClaim: "role" };
  return createTokenVerifier({ settings, send: client.send, clock });
}

/** Serves a key set, and counts how often it is fetched. */
async function startIssuer(first: Record<string, Keys>) {
  let status: number | undefined;
  let fetches = 0;
  const keySet = async (keys: Record<string, Keys>) => ({
    keys: await Promise.all(
      Object.entries(keys).map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, use: "sig" })),
    ),
  });
  let published = await keySet(first);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      fetches += 1;
      return status === undefined ? Response.json(published) : new Response("no", { status });
    },
  });
  return {
    url: server.url.href,
    fetches: () => fetches,
    fail: (next: number | undefined) => {
      status = next;
    },
    publish: async (keys: Record<string, Keys>) => {
      published = await keySet(keys);
    },
    verifier() {
      const clock = createManualClock(NOW);
      return { clock, verify: verifierOf(server.url.href, clock) };
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
