/** What `ratchet doctor` says about configurations that are unsafe, and about those that are not. */
import { expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
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
])("finds %s", async (_what, config, name, state, text) => {
  using place = newWorkplace();
  const { code, named } = await examine(place, `${config}\n`);
  expect(named(name)).toContainEqual({ name, state, text: expect.stringMatching(text), remedy: expect.any(String) });
  expect(code).toBe(state === "failed" ? 6 : 0);
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
  const { code, named } = await examine(place, TLS);
  expect(code).toBe(6);
  expect(named("files").map(({ remedy }) => remedy)).toEqual(["Run chmod go= ratchet.db", "Run chmod go= tls.key"]);
});

test("a running server of the same version is fine", async () => {
  using place = newWorkplace();
  const server = await place.serve();
  const { named } = await examine(place, `server: { port: ${new URL(server.url).port} }\n`);
  expect(named("server")).toEqual([{ name: "server", state: "ok", text: expect.stringContaining("is running") }]);
  await server.end();
});
