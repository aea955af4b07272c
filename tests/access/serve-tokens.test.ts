import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { exportJWK, type JWTPayload, SignJWT } from "jose";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const SECRET = randomBytes(32).toString("hex");
const soon = () => Math.floor(Date.now() / 1_000) + 600;

function sign(claims: JWTPayload, secret = SECRET): Promise<string> {
  return new SignJWT({ aud: "ratchet", sub: "ada", exp: soon(), ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(secret));
}

async function call(url: string, token: string | undefined, body?: object) {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
}

function withSecret(place: Workplace): Record<string, string> {
  place.write("jwt-secret", `${SECRET}\n`);
  return { RATCHET_AUTH_JWT_SECRET_FILE: "jwt-secret", RATCHET_AUTH_JWT_AUDIENCE: "ratchet" };
}

describe("a server with bearer tokens", () => {
  test("requires one, and does what its role may do", async () => {
    using place = newWorkplace();
    place.writeTask("hello", "export default () => 1;");
    const server = await place.serve([], withSecret(place));
    const jobs = `${server.url}/api/v1/jobs`;
    const job = { task: "hello", input: {} };

    const nobody = await call(jobs, undefined);
    expect(nobody).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    expect(nobody.headers.get("www-authenticate")).toStartWith("Bearer");
    for (const path of ["/health", "/ready", "/version", "/openapi.json"]) {
      expect(await call(`${server.url}${path}`, undefined)).toMatchObject({ status: 200 });
    }
    for (const claims of [{ exp: soon() - 601 }, { aud: "other" }, { exp: undefined as unknown as number }]) {
      expect(await call(jobs, await sign({ role: "admin", ...claims }))).toMatchObject({ status: 401 });
    }
    expect(await call(jobs, await sign({ role: "admin" }, "another secret of at least 32 bytes"))).toMatchObject({
      status: 401,
      body: { detail: "The bearer token is not accepted: its signature is wrong." },
    });
    expect(await call(jobs, await sign({}))).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });

    const [viewer, operator] = [await sign({ role: "viewer" }), await sign({ role: "operator" })];
    // The second time, the token is remembered.
    for (let time = 0; time < 2; time++) expect(await call(jobs, viewer)).toMatchObject({ status: 200 });
    expect(await call(jobs, viewer, job)).toMatchObject({ status: 403 });
    expect(await call(jobs, operator, job)).toMatchObject({ status: 201 });
    // A genuine token without a role is refused, and the audit log still knows whose it is.
    const audit = await call(`${server.url}/api/v1/audit?outcome=FORBIDDEN&order=asc`, await sign({ role: "admin" }));
    expect((audit.body.items as JsonObject[])[0]).toMatchObject({ actor: "jwt:ada", action: "listJobs" });
    // A token that is not good does not close what is open to everyone.
    expect(await call(`${server.url}/health`, await sign({}))).toMatchObject({ status: 200 });
  });

  test("takes the keys of the issuer, and says so when it can't get them", async () => {
    using place = newWorkplace();
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    let isDown = true;
    await using issuer = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async () => {
        if (isDown) return new Response("no", { status: 500 });
        return Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }] });
      },
    });
    const env = {
      RATCHET_AUTH_JWT_JWKS_URL: issuer.url.href,
      RATCHET_AUTH_JWT_ISSUER: "https://login.example.org",
      RATCHET_AUTH_JWT_AUDIENCE: "ratchet",
      RATCHET_AUTH_JWT_ROLE_CLAIM: "realm_access.roles",
    };
    const down = await place.serve([], env);
    const claims = {
      iss: "https://login.example.org",
      aud: "ratchet",
      exp: soon(),
      realm_access: { roles: ["viewer"] },
    };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
    expect(await call(`${down.url}/api/v1/jobs`, token)).toMatchObject({ status: 503 });
    await down.end();
    isDown = false;
    const server = await place.serve([], env);
    expect(await call(`${server.url}/api/v1/jobs`, token)).toMatchObject({ status: 200 });
  });

  test("does not start with settings that are incomplete or unsafe", async () => {
    using place = newWorkplace();
    place.write("short", "too short");
    const wrong: [Record<string, string>, RegExp][] = [
      [{ RATCHET_AUTH_JWT_SECRET_FILE: "short", RATCHET_AUTH_JWT_AUDIENCE: "a" }, /has 9 bytes/],
      [{ RATCHET_AUTH_JWT_SECRET_FILE: "short" }, /audience is not set/],
      [{ RATCHET_AUTH_OIDC_ISSUER: "http://login.example.org", RATCHET_AUTH_OIDC_CLIENT_ID: "a" }, /not encrypted/],
    ];
    for (const [env, message] of wrong) {
      expect(await place.ratchet(["serve", "--port", "0"], { env })).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(message),
      });
    }
  });

  test("does not take its settings from the current folder", async () => {
    using place = newWorkplace();
    withSecret(place);
    place.write("ratchet.yaml", "auth:\n  jwt:\n    secret_file: jwt-secret\n    audience: ratchet\n");
    expect(await place.ratchet(["serve", "--port", "0"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("auth.jwt.secret_file"),
    });
  });
});
