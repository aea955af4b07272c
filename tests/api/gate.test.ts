import { expect, test } from "bun:test";
import type { AccessControl, AccessState } from "../../src/access/access-control.ts";
import type { Authentication, Authenticator } from "../../src/access/authenticator.ts";
import { createGate, type Refusal } from "../../src/api/http/gate.ts";
import type { Requirements } from "../../src/api/http/requirements.ts";
import type { Caller, Role } from "../../src/domain/principal.ts";

const needs = (access: Requirements["access"], duringSetup = false): Requirements => ({
  access,
  body: "ignored",
  duringSetup,
});
const request = (headers: Record<string, string> = {}) =>
  new Request("http://localhost:8080/items", { headers: { host: "localhost:8080", ...headers } });
const known = (role: Role, isCookie = false): Authentication => ({
  principal: { kind: "key", name: "ci", role },
  isCookie,
});
const always = (name: string, result: Authentication | undefined, asked: string[] = []): Authenticator => ({
  name,
  recall: () => undefined,
  authenticate() {
    asked.push(name);
    return result;
  },
});

function gateOf(authenticators: readonly Authenticator[], state: AccessState = "required") {
  const refusals: Refusal[] = [];
  const control: AccessControl = { state: () => state, authenticators };
  const { admit } = createGate({ control, onRefusal: (refusal) => void refusals.push(refusal) });
  const codeOf = async (sent: Request, requires: Requirements, secure = false) => {
    try {
      return await admit(sent, requires, { address: "192.0.2.7", secure });
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { admit, codeOf, refusals };
}

test("an open server asks nobody", () => {
  const asked: string[] = [];
  const { admit } = gateOf([always("key", undefined, asked)], "open");
  expect(admit(request(), needs("admin"), { address: "127.0.0.1", secure: false })).toEqual({
    principal: { kind: "local", name: "local", role: "admin" },
    address: "127.0.0.1",
    secure: false,
  });
  expect(asked).toEqual([]);
});

test("a store that fails closes what needs a role, and nothing that is public", async () => {
  const control: AccessControl = { state: () => Promise.reject(new Error("the store failed")), authenticators: [] };
  const { admit } = createGate({ control });
  const client = { address: "192.0.2.7", secure: false };
  const nobody = { principal: undefined, ...client };
  // It does not wait for the store.
  expect(admit(request(), needs("public", true), client)).toEqual(nobody);
  expect(await admit(request(), needs("public"), client)).toEqual(nobody);
  await expect(Promise.resolve(admit(request(), needs("read"), client))).rejects.toThrow("the store failed");
});

test("a server without users serves only its set-up", async () => {
  const { codeOf, refusals } = gateOf([], "setup");
  for (const access of ["public", "read", "admin"] as const) {
    expect(await codeOf(request(), needs(access))).toBe("SETUP_REQUIRED");
  }
  expect(await codeOf(request(), needs("public", true))).toEqual({
    principal: undefined,
    address: "192.0.2.7",
    secure: false,
  });
  expect(refusals.map(({ code }) => code)).toEqual(["SETUP_REQUIRED", "SETUP_REQUIRED", "SETUP_REQUIRED"]);
});

test("roles include the lower ones", async () => {
  const table: [Role, string[]][] = [
    ["viewer", ["ok", "ok", "FORBIDDEN", "FORBIDDEN"]],
    ["operator", ["ok", "ok", "ok", "FORBIDDEN"]],
    ["admin", ["ok", "ok", "ok", "ok"]],
  ];
  for (const [role, expected] of table) {
    const { codeOf } = gateOf([always("key", known(role))]);
    const got: string[] = [];
    for (const access of ["public", "read", "write", "admin"] as const) {
      const one = await codeOf(request(), needs(access));
      got.push(typeof one === "string" ? one : "ok");
    }
    expect(got).toEqual(expected);
  }
});

test("a credential that is missing or refused is enough for public routes only", async () => {
  for (const found of [undefined, { refused: "expired", message: "The key expired." } as const]) {
    const { codeOf, refusals } = gateOf([always("key", found)]);
    expect(await codeOf(request(), needs("public"))).toEqual({
      principal: undefined,
      address: "192.0.2.7",
      secure: false,
    });
    expect(await codeOf(request(), needs("read"))).toBe("UNAUTHENTICATED");
    expect(refusals.map(({ code, caller }) => `${code} ${caller.address}`)).toEqual(["UNAUTHENTICATED 192.0.2.7"]);
  }
});

test("the first authenticator that finds its kind of credential decides, waiting or not", async () => {
  const asked: string[] = [];
  const later: Authenticator = {
    name: "later",
    recall: () => undefined,
    async authenticate() {
      asked.push("later");
      return undefined;
    },
  };
  const refused = { refused: "revoked", message: "It was revoked." } as const;
  const { codeOf } = gateOf([
    always("none", undefined, asked),
    later,
    always("bad", refused, asked),
    always("good", known("admin"), asked),
  ]);
  expect(await codeOf(request(), needs("read"))).toBe("UNAUTHENTICATED");
  expect(asked).toEqual(["none", "later", "bad"]);
});

test("a request with checked credentials waits for nothing", () => {
  const { admit } = gateOf([always("key", known("viewer"))]);
  const caller = admit(request(), needs("read"), { address: "::1", secure: false }) as Caller;
  expect(caller.principal?.name).toBe("ci");
});

test("a page of another origin can't use a cookie, even where no role is needed", async () => {
  const { codeOf } = gateOf([always("session", known("admin", true))]);
  for (const origin of ["https://foe.example", "null", "http://localhost:9999"]) {
    expect(await codeOf(request({ origin }), needs("read"))).toBe("ORIGIN_NOT_ALLOWED");
    expect(await codeOf(request({ origin }), needs("public"))).toBe("ORIGIN_NOT_ALLOWED");
  }
  expect(await codeOf(request({ origin: "http://localhost:8080" }), needs("read"))).toBeObject();
  // Another scheme is another origin, unless the client came over TLS, to this server or to a trusted proxy.
  const encrypted = request({ origin: "https://localhost:8080" });
  expect(await codeOf(encrypted, needs("read"))).toBe("ORIGIN_NOT_ALLOWED");
  expect(await codeOf(encrypted, needs("read"), true)).toBeObject();
  expect(await codeOf(request({ origin: "http://localhost:8080" }), needs("read"), true)).toBe("ORIGIN_NOT_ALLOWED");
  const withKey = gateOf([always("key", known("admin"))]);
  expect(await withKey.codeOf(request({ origin: "https://foe.example" }), needs("read"))).toBeObject();
});
