import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTokenSettings } from "../../src/access/jwt/token-settings.ts";
import { readOidcSettings } from "../../src/access/oidc/oidc-settings.ts";
import { roleInClaims } from "../../src/access/role-claim.ts";
import type { ConfigValues } from "../../src/config/keys.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/parse-config.ts";

const folder = mkdtempSync(join(tmpdir(), "ratchet-tokens-"));
const file = (name: string) => join(folder, name);
beforeAll(() => {
  writeFileSync(file("secret"), `${"s".repeat(32)}\n`);
  writeFileSync(file("windows"), `${"s".repeat(32)}\r\n`);
  writeFileSync(file("short"), `${"s".repeat(31)}\n`);
  writeFileSync(file("empty"), "\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Settings below `auth.`, as variables. */
async function configOf(settings: Record<string, string>): Promise<ConfigValues> {
  const variables = Object.entries(settings).map(([key, value]) => [
    `RATCHET_AUTH_${key.toUpperCase().replace(".", "_")}`,
    value,
  ]);
  return (await loadConfig({ env: Object.fromEntries(variables), files: false })).values;
}

describe("settings for bearer tokens", () => {
  test("are undefined unless something is set", async () => {
    expect(readTokenSettings(await configOf({}))).toBeUndefined();
    expect(readTokenSettings(await configOf({ "jwt.role_claim": "roles" }))).toBeUndefined();
  });

  test.each(["secret", "windows"])("read the secret without its line end: %s", async (name) => {
    const config = await configOf({ "jwt.secret_file": file(name), "jwt.audience": "ratchet" });
    expect(readTokenSettings(config)).toEqual({
      keys: { kind: "shared", secret: new TextEncoder().encode("s".repeat(32)) },
      issuer: undefined,
      audience: "ratchet",
      roleClaim: "role",
    });
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ["no audience", { "jwt.secret_file": "secret" }, /audience is not set/],
    ["no key", { "jwt.audience": "a" }, /no key/],
    ["no key, but an issuer", { "jwt.issuer": "a" }, /no key/],
    ["two keys", { "jwt.secret_file": "secret", "jwt.jwks_url": "https://a.test/", "jwt.audience": "a" }, /both set/],
    [
      "published keys without an issuer",
      { "jwt.jwks_url": "https://a.test/", "jwt.audience": "a" },
      /issuer is not set/,
    ],
    ["a short secret", { "jwt.secret_file": "short", "jwt.audience": "a" }, /31 bytes/],
    ["an empty secret", { "jwt.secret_file": "empty", "jwt.audience": "a" }, /is empty/],
    ["a missing secret", { "jwt.secret_file": "missing", "jwt.audience": "a" }, /can't be read/],
    ["a folder", { "jwt.secret_file": ".", "jwt.audience": "a" }, /can't be read/],
    ...[
      "http://a.test/",
      "http://192.168.1.1/",
      "http://localhost.a.test/",
      "http://[::2]/",
      "http://127.0.0.1.a.test/",
    ].map((url): [string, Record<string, string>, RegExp] => [
      url,
      { "jwt.jwks_url": url, "jwt.issuer": "i", "jwt.audience": "a" },
      /not encrypted/,
    ]),
  ];
  test.each(wrong)("are refused: %s", async (_, settings, message) => {
    const { "jwt.secret_file": name, ...rest } = settings;
    const config = await configOf(name === undefined ? rest : { ...rest, "jwt.secret_file": file(name) });
    expect(() => readTokenSettings(config)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });

  test.each(["https://a.test/", "http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://127.1/"])(
    "accept keys at %s",
    async (url) => {
      const config = await configOf({ "jwt.jwks_url": url, "jwt.issuer": "i", "jwt.audience": "a" });
      expect(readTokenSettings(config)).toMatchObject({ keys: { kind: "published", url } });
    },
  );
});

describe("settings for OpenID Connect", () => {
  test("are undefined unless something is set", async () => {
    expect(readOidcSettings(await configOf({}))).toBeUndefined();
  });

  test("read the client secret, if there is one", async () => {
    const settings = { "oidc.issuer": "https://a.test", "oidc.client_id": "ratchet" };
    expect(readOidcSettings(await configOf(settings))).toMatchObject({ clientSecret: undefined, roleClaim: "role" });
    const withSecret = await configOf({ ...settings, "oidc.client_secret_file": file("short") });
    expect(readOidcSettings(withSecret)).toMatchObject({ clientSecret: "s".repeat(31) });
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ["no client id", { "oidc.issuer": "https://a.test" }, /client_id is not set/],
    ["no issuer", { "oidc.client_id": "ratchet" }, /issuer is not set/],
    ["an unencrypted issuer", { "oidc.issuer": "http://a.test", "oidc.client_id": "ratchet" }, /not encrypted/],
  ];
  test.each(wrong)("are refused: %s", async (_, settings, message) => {
    const config = await configOf(settings);
    expect(() => readOidcSettings(config)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });
});

test("a file of the current folder may set none of this", async () => {
  const keys = ["jwt.secret_file", "jwt.issuer", "jwt.audience", "jwt.role_claim", "oidc.client_id", "oidc.role_claim"];
  const urls = ["jwt.jwks_url", "oidc.issuer"];
  for (const key of [...keys, ...urls]) {
    const [group, name] = key.split(".");
    const text = `auth:\n  ${group}:\n    ${name}: ${urls.includes(key) ? "https://a.test/" : "x"}\n`;
    const { problems } = await parseConfig(text, "ratchet.yaml", true);
    expect(problems).toMatchObject([{ message: expect.stringContaining(`"auth.${key}" may not be set`) }]);
    expect((await parseConfig(text, "config.yaml", false)).problems).toEqual([]);
  }
});

test("a role is found by the name of its claim, or by a way into objects", () => {
  const cases: [object, string, string | undefined][] = [
    [{ role: "viewer" }, "role", "viewer"],
    [{ role: ["viewer", "admin", "operator"] }, "role", "admin"],
    [{ role: ["x", ["admin"]] }, "role", undefined],
    [{ role: "viewer admin" }, "role", undefined],
    [{ role: { 0: "admin" } }, "role", undefined],
    [{ "https://a.test/role": "operator" }, "https://a.test/role", "operator"],
    [{ a: { b: { c: "viewer" } } }, "a.b.c", "viewer"],
    [{ "a.b": "viewer", a: { b: "admin" } }, "a.b", "viewer"],
    [{}, "constructor", undefined],
    [{}, "__proto__.role", undefined],
    [JSON.parse('{"__proto__": {"role": "admin"}}'), "role", undefined],
  ];
  for (const [claims, name, role] of cases)
    expect(roleInClaims(claims as Record<string, unknown>, name)).toBe(role as never);
});
