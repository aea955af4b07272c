/** What `ratchet doctor` says about configurations that are unsafe, and about those that are not. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const PAIRS = join(import.meta.dir, "../support/tls");
const pem = (name: string) => readFileSync(join(PAIRS, name), "utf8");

interface Finding {
  name: string;
  state: string;
  text: string;
  remedy?: string;
}

async function examine(place: Workplace, config: string) {
  place.write("server.yaml", config);
  const { code, stdout } = await place.ratchet(["doctor", "--json", "--config", "server.yaml"]);
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  return { code, checks, named: (name: string) => checks.filter((check) => check.name === name) };
}

function secretFile(place: Workplace, name: string, text: string, mode = 0o600): void {
  place.write(name, text);
  chmodSync(join(place.folder, name), mode);
}

test("finds nothing unsafe in the defaults", async () => {
  using place = newWorkplace();
  const { code, checks } = await examine(place, "server: { port: 1 }\n");
  expect(code).toBe(0);
  expect(checks.filter(({ state }) => state === "failed" || state === "warning")).toEqual([]);
});

test.each<[what: string, config: string, name: string, state: string, text: RegExp]>([
  ["an address without TLS", "server: { host: 0.0.0.0 }", "address", "failed", /without TLS/],
  ["no access control", "server: { host: 0.0.0.0 }\nauth: { enabled: false }", "access", "failed", /may do everything/],
  ["no access control here", "auth: { enabled: false }", "access", "warning", /on this machine/],
  ["CORS for everyone", "server: { cors: { origins: ['*'] } }", "cors", "warning", /every web page/],
  ["proxies everywhere", "server: { trusted_proxies: [0.0.0.0/0] }", "proxies", "failed", /0\.0\.0\.0\/0/],
  ["proxies everywhere in IPv6", "server: { trusted_proxies: ['::/0'] }", "proxies", "failed", /::\/0/],
  ["certificates that are not checked", "http: { verify_ssl: false }", "outbound", "warning", /http\.verify_ssl/],
  ["tasks in the private network", "execution: { network: any }", "outbound", "warning", /execution\.network/],
  ["half of a pair", "server: { tls: { cert_file: tls.crt } }", "tls", "failed", /key_file is not set/],
  ["a certificate that is missing", "server: { tls: { cert_file: a, key_file: b } }", "tls", "failed", /can't be read/],
  ["tasks that may call everything", "http: { allow: ['*'] }", "outbound", "warning", /http\.allow has \*/],
  ["every address of IPv4", "http: { allow: [0.0.0.0/0] }", "outbound", "warning", /http\.allow has 0\.0\.0\.0\/0/],
  ["every address of IPv6", "http: { allow: ['::/0'] }", "outbound", "warning", /http\.allow has ::\/0/],
  ["signatures of nobody", "registry: { require_signatures: true }", "signatures", "failed", /no task can run/],
  ["authorities that are missing", "http: { ca_file: none.pem }", "authorities", "failed", /none\.pem, can't be read/],
])("finds %s", async (_what, config, name, state, text) => {
  using place = newWorkplace();
  const { code, named } = await examine(place, `${config}\n`);
  expect(named(name)).toContainEqual({ name, state, text: expect.stringMatching(text), remedy: expect.any(String) });
  expect(code).toBe(state === "failed" ? 6 : 0);
});

const NOTHING = () => {};

describe("what `serve` can't start with", () => {
  const jwt = (more: string) => `auth: { jwt: { ${more} } }`;
  const KEY = Buffer.alloc(32, 7).toString("base64");

  test.each<[what: string, config: string, name: string, prepare: (place: Workplace) => void]>([
    ["a token secret that is missing", jwt("secret_file: none, audience: a"), "tokens", NOTHING],
    [
      "a token secret that is too short",
      jwt("secret_file: short, audience: a"),
      "tokens",
      (place) => secretFile(place, "short", "too short"),
    ],
    ["an audience without a key", jwt("audience: a"), "tokens", NOTHING],
    ["a client secret that is missing", OIDC_WITH_SECRET, "openid", NOTHING],
    ["an admin without a password", "auth: { admin: { user: ada } }", "admin", NOTHING],
    ["a password file that is missing", "auth: { admin: { user: ada, password_file: none } }", "admin", NOTHING],
    [
      "a password that is too short",
      "auth: { admin: { user: ada, password_file: short } }",
      "admin",
      (place) => secretFile(place, "short", "short\n"),
    ],
    ["a folder that does not exist", "server: { database: { url: 'sqlite:none/ratchet.db' } }", "database", NOTHING],
    [
      "a database of random bytes",
      "server: { port: 1 }",
      "database",
      (place) => secretFile(place, "ratchet.db", "\u0001random bytes".repeat(500)),
    ],
    ["a database of a newer version", "server: { port: 1 }", "database", (place) => newerDatabase(place)],
    ["a master key that is missing", "secrets: { key_file: none }", "secrets", NOTHING],
    [
      "a master key of the wrong length",
      "secrets: { key_file: short }",
      "secrets",
      (place) => secretFile(place, "short", "c2hvcnQ="),
    ],
  ])("%s", async (_what, config, name, prepare) => {
    using place = newWorkplace();
    prepare(place);
    place.write("server.yaml", `${config}\n`);
    const [{ code, named }, served] = await Promise.all([
      examine(place, `${config}\n`),
      place.ratchet(["serve", "--config", "server.yaml", "--port", "0"]),
    ]);
    expect(named(name)).toEqual([{ name, state: "failed", text: expect.any(String), remedy: expect.any(String) }]);
    expect(code).toBe(6);
    // Doctor and server agree, and with the same words where both run the same code.
    expect([3, 6]).toContain(Number(served.code));
    if (name !== "admin" && name !== "database") expect(served.stderr).toContain((named(name)[0] as Finding).text);
  });

  test("a key that is not that of the stored secrets", async () => {
    using place = newWorkplace();
    await place.ratchet(["secrets", "set", "API_TOKEN"], { stdin: "the value" });
    expect((await examine(place, "server: { port: 1 }\n")).named("secrets")).toEqual([
      {
        name: "secrets",
        state: "ok",
        text: expect.stringMatching(/^1 secret, which the key in .*ratchet\.db\.key opens/),
      },
    ]);
    secretFile(place, "other.key", KEY);
    const { code, named } = await examine(place, "secrets: { key_file: other.key }\n");
    expect([code, named("secrets")[0]?.text]).toEqual([
      6,
      expect.stringContaining("is not the key of the stored secrets"),
    ]);
  });

  test("an audit log that was changed, or can be", async () => {
    using place = newWorkplace();
    await place.ratchet(["key", "create", "one", "--role", "viewer"]);
    await place.ratchet(["key", "create", "two", "--role", "viewer"]);
    const audit = async () => {
      const { code, named } = await examine(place, "server: { port: 1 }\n");
      return [code, named("audit")[0]?.text];
    };
    expect(await audit()).toEqual([0, "intact, 2 entries"]);
    const change = (...statements: string[]) => {
      using db = new Database(join(place.folder, "ratchet.db"));
      for (const statement of statements) db.run(statement);
    };
    change("DROP TRIGGER audit_is_not_updated");
    expect(await audit()).toEqual([6, expect.stringContaining("triggers were removed (audit_is_not_updated)")]);
    change("UPDATE audit SET actor = 'nobody' WHERE id = 1");
    expect(await audit()).toEqual([6, "the audit log is broken: entry 1: it was changed, or the one before it"]);
  });
});

const OIDC_WITH_SECRET =
  "auth: { oidc: { issuer: 'https://login.example.org', client_id: r, client_secret_file: none } }";

/** Writes a database whose schema a later program has changed. */
function newerDatabase(place: Workplace): void {
  using db = new Database(join(place.folder, "ratchet.db"));
  db.run("PRAGMA application_id = 0x52544348");
  db.run("CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT, checksum TEXT, applied_at INTEGER)");
  db.run("INSERT INTO schema_migrations VALUES (999, 'later', 'x', 0)");
}

test("says which migrations serve will apply", async () => {
  using place = newWorkplace();
  await place.ratchet(["db", "migrate"]);
  using db = new Database(join(place.folder, "ratchet.db"));
  db.run("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)");
  const { code, named } = await examine(place, "server: { port: 1 }\n");
  expect([code, named("database")]).toEqual([
    0,
    [
      {
        name: "database",
        state: "warning",
        text: expect.stringContaining("serve will apply"),
        remedy: expect.any(String),
      },
    ],
  ]);
});

test("asks the issuers of tokens, and says what is wrong with their responses", async () => {
  using place = newWorkplace();
  using issuer = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => new Response(url.endsWith("/keys") ? '{"keys":[]}' : "<html>no JSON</html>"),
  });
  const ofTokens = async (url: string) => {
    const { code, named } = await examine(place, `auth: { jwt: { jwks_url: '${url}', issuer: i, audience: a } }\n`);
    return [code, named("tokens")[0]?.state, named("tokens")[0]?.text];
  };
  expect(await ofTokens(`${issuer.url}keys`)).toEqual([0, "ok", expect.any(String)]);
  expect(await ofTokens(`${issuer.url}page`)).toEqual([0, "warning", expect.stringMatching(/can't be used: .*JSON/)]);
  const closed = expect.stringMatching(/can't be used: .*the connection was refused/);
  expect(await ofTokens("http://127.0.0.1:1/keys")).toEqual([0, "warning", closed]);
  expect(await ofTokens("http://127.0.0.1:1/keys")).toEqual([0, "warning", expect.stringContaining("can't be used")]);
  const { code, named } = await examine(place, `auth: { oidc: { issuer: '${issuer.url}', client_id: r } }\n`);
  expect([code, named("openid")[0]?.state]).toEqual([0, "warning"]);
});

const TLS = "server: { host: 0.0.0.0, tls: { cert_file: tls.crt, key_file: tls.key } }\n";

test("examines certificates", async () => {
  using place = newWorkplace();
  secretFile(place, "tls.key", pem("service.key.pem"));
  place.write("tls.crt", pem("service.crt.pem"));
  const good = await examine(place, TLS);
  expect([good.code, good.named("tls")[0]?.state, good.named("address")[0]?.state]).toEqual([0, "ok", "ok"]);
  place.write("tls.crt", pem("other.crt.pem"));
  expect((await examine(place, TLS)).named("tls")[0]?.text).toContain("does not belong to the certificate");
  place.write("tls.crt", pem("expired.crt.pem"));
  secretFile(place, "tls.key", pem("expired.key.pem"));
  const expired = await examine(place, TLS);
  expect([expired.code, expired.named("tls")[0]?.text]).toEqual([6, expect.stringContaining("expired on")]);
});

test.skipIf(process.platform === "win32")("finds files that others can read", async () => {
  using place = newWorkplace();
  place.write("tls.crt", pem("service.crt.pem"));
  secretFile(place, "tls.key", pem("service.key.pem"), 0o644);
  secretFile(place, "ratchet.db", "", 0o640);
  secretFile(place, "ratchet.db.key", Buffer.alloc(32, 7).toString("base64"), 0o644);
  const { code, named } = await examine(place, TLS);
  expect(code).toBe(6);
  expect(named("files").map(({ remedy }) => remedy)).toEqual([
    "Run chmod go= ratchet.db",
    "Run chmod go= ratchet.db.key",
    "Run chmod go= tls.key",
  ]);
});

test("asks a running server whether it is ready, and for its version and time", async () => {
  using place = newWorkplace();
  const server = await place.serve();
  const { code, checks, named } = await examine(place, `server: { port: ${new URL(server.url).port} }\n`);
  expect(code).toBe(0);
  expect(checks.filter(({ state }) => state === "failed" || state === "warning")).toEqual([]);
  expect(named("server")).toEqual([{ name: "server", state: "ok", text: expect.stringContaining("is running") }]);
  expect(named("ready")[0]?.state).toBe("ok");
  expect(named("server clock")[0]?.state).toBe("ok");
  await server.end();
});

test("finds that a running server is open to others, waits for its first user, or uses another certificate", async () => {
  using place = newWorkplace();
  place.write("open.yaml", "server: { host: 0.0.0.0 }\nauth: { enabled: false }\n");
  const open = await place.serve(["--config", "open.yaml"]);
  const settings = (server: { url: string }, more = "") =>
    `server: { host: 0.0.0.0, port: ${new URL(server.url).port}${more} }\n`;
  expect((await examine(place, settings(open))).named("open")[0]?.state).toBe("failed");
  await open.end();

  secretFile(place, "tls.key", pem("service.key.pem"));
  place.write("tls.crt", pem("service.crt.pem"));
  const tls = ", tls: { cert_file: tls.crt, key_file: tls.key }";
  place.write("tls.yaml", `server: { host: 0.0.0.0${tls} }\n`);
  const closed = await place.serve(["--config", "tls.yaml"]);
  const trusting = `http: { verify_ssl: false }\n${settings(closed, tls)}`;
  const waiting = await examine(place, trusting);
  expect(waiting.named("server")).toMatchObject([{ state: "warning", text: "the server waits for its first user" }]);
  expect(waiting.named("open")).toEqual([]);
  expect(waiting.named("certificate")[0]?.state).toBe("ok");
  // The server keeps the earlier certificate, because the key does not fit.
  place.write("tls.crt", pem("other.crt.pem"));
  expect((await examine(place, trusting)).named("certificate")[0]?.state).toBe("warning");
  await closed.end();
});

test("finds a database that is a link to somewhere else, as serve does", async () => {
  using place = newWorkplace();
  symlinkSync("../elsewhere.db", join(place.folder, "ratchet.db"));
  const { code, named } = await examine(place, "{}\n");
  expect([code, named("database")]).toEqual([
    6,
    [expect.objectContaining({ state: "failed", text: expect.stringContaining("leads out of this folder") })],
  ]);
});
