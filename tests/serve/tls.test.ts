/** The executable over TLS: certificates that are replaced while it runs, and clients that speak something else. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { eventually } from "../support/eventually.ts";
import { openRaw } from "../support/raw-connection.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const PAIRS = join(import.meta.dir, "../support/tls");
const AUTHORITY = readFileSync(join(PAIRS, "authority.crt.pem"), "utf8");
const pem = (name: string) => readFileSync(join(PAIRS, name), "utf8");

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.write("tls.crt", pem("service.crt.pem"));
  place.write("tls.key", pem("service.key.pem"));
  server = await place.serve([], TLS_FILES);
});
afterAll(() => place[Symbol.dispose]());

const TLS_FILES = { RATCHET_SERVER_TLS_CERT_FILE: "tls.crt", RATCHET_SERVER_TLS_KEY_FILE: "tls.key" };

/** Opens a connection. @returns it, with the name in the server's certificate */
function open(to: ServeProcess): Promise<{ socket: TLSSocket; name: string }> {
  return new Promise((resolve, reject) => {
    const port = Number(new URL(to.url).port);
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () =>
      resolve({ socket, name: String(socket.getPeerCertificate().subject.CN) }),
    );
    socket.once("error", reject);
  });
}

/** Sends a request on an open connection. @returns the beginning of the response */
function ask(socket: TLSSocket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk;
      if (!text.includes("\r\n\r\n")) return;
      socket.off("data", take);
      resolve(text);
    };
    socket.on("data", take);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
    socket.write(request);
  });
}

async function nameNow(to: ServeProcess): Promise<string> {
  const { socket, name } = await open(to);
  socket.destroy();
  return name;
}

const HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

test("the server speaks HTTPS, and says so", async () => {
  expect(server.url).toStartWith("https://127.0.0.1:");
  const response = await fetch(`${server.url}/health`, { tls: { ca: AUTHORITY } });
  expect(response.status).toBe(200);
  expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");
});

test("large bodies pass both ways", async () => {
  place.writeTask("echo", "(input) => input");
  const body = JSON.stringify({ task: "echo", input: "x".repeat(3_000_000) });
  const execute = () =>
    fetch(`${server.url}/api/v1/tasks/echo/execute`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ input: JSON.parse(body).input }),
      tls: { ca: AUTHORITY },
    });
  const response = await eventually(async () => {
    const one = await execute();
    return one.status === 404 ? undefined : one;
  });
  expect(response.status).toBe(200);
  expect((await response.text()).length).toBeGreaterThan(3_000_000);
});

test("a plain request is told to use https", async () => {
  const connection = await openRaw(server.url);
  connection.send(HEALTH);
  const { status, body } = await connection.response();
  expect(status).toBe(400);
  expect(JSON.parse(body).remedy).toContain("https://");
  connection.destroy();
});

test("bytes that are no handshake do not stop the server", async () => {
  for (const bytes of [
    "\x16\x03\x01",
    "\x16\x03\x01\xff\xff\xff\xff\xff",
    "\x00\x00",
    "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
  ]) {
    const connection = await openRaw(server.url);
    connection.send(bytes);
    connection.halfClose();
    await connection.closed();
  }
  expect(await nameNow(server)).toBe("service.test");
});

test("a renewed certificate is used for new connections, and old ones live on", async () => {
  const { socket } = await open(server);
  expect(await ask(socket, HEALTH)).toStartWith("HTTP/1.1 200");
  // As certbot does it: new files, then renames. For a moment the two do not belong together.
  place.write("new.crt", pem("other.crt.pem"));
  place.write("new.key", pem("other.key.pem"));
  renameSync(join(place.folder, "new.crt"), join(place.folder, "tls.crt"));
  renameSync(join(place.folder, "new.key"), join(place.folder, "tls.key"));
  await eventually(async () => (await nameNow(server)) === "other.test");
  expect(await ask(socket, HEALTH)).toStartWith("HTTP/1.1 200");
  socket.destroy();
});

test("a broken certificate keeps the earlier one, and is logged", async () => {
  place.write("tls.crt", "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n");
  await server.complained(/the earlier one stays in use/);
  expect(await nameNow(server)).toBe("other.test");
  place.write("tls.crt", pem("service.crt.pem"));
  await server.complained(/does not belong to the certificate/);
  expect(await nameNow(server)).toBe("other.test");
  place.write("tls.key", pem("service.key.pem"));
  await eventually(async () => (await nameNow(server)) === "service.test");
});

test("a folder that is replaced through a link is noticed, as Kubernetes does it", async () => {
  using other = newWorkplace();
  const put = (folder: string, name: string) => {
    mkdirSync(join(other.folder, folder));
    copyFileSync(join(PAIRS, `${name}.crt.pem`), join(other.folder, folder, "tls.crt"));
    copyFileSync(join(PAIRS, `${name}.key.pem`), join(other.folder, folder, "tls.key"));
  };
  put("first", "service");
  put("second", "other");
  symlinkSync("first", join(other.folder, "data"));
  for (const file of ["tls.crt", "tls.key"]) symlinkSync(`data/${file}`, join(other.folder, file));
  const linked = await other.serve([], TLS_FILES);
  expect(await nameNow(linked)).toBe("service.test");
  symlinkSync("second", join(other.folder, "data.new"));
  renameSync(join(other.folder, "data.new"), join(other.folder, "data"));
  await eventually(async () => (await nameNow(linked)) === "other.test");
  expect((await linked.end()).code).toBe(0);
});

test("commands trust the authority of http.ca_file, and otherwise say how", async () => {
  place.write("authority.pem", AUTHORITY);
  const trusting = { RATCHET_HTTP_CA_FILE: "authority.pem" };
  const list = (url: string, env: Record<string, string>) => place.ratchet(["jobs", "list", "--server", url], { env });
  const untrusted = await list(server.url, {});
  expect([untrusted.code, untrusted.stderr]).toEqual([6, expect.stringContaining("Set http.ca_file")]);
  expect(await list(server.url, trusting)).toMatchObject({ code: 0, stderr: "" });
  const plain = await list(server.url.replace("https:", "http:"), trusting);
  expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining("Use https://")]);
  const events = ["events", "--server", server.url, "--count", "1"];
  const deaf = await place.ratchet(events);
  expect([deaf.code, deaf.stderr]).toEqual([6, expect.stringContaining("Set http.ca_file")]);
});

test("doctor tells a server that it can't trust from one that is not running", async () => {
  const { port } = new URL(server.url);
  const examine = async (env: Record<string, string>) => {
    const { stdout } = await place.ratchet(["doctor", "--json"], { env: { RATCHET_SERVER_PORT: port, ...env } });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; text: string }[] };
    return checks.find(({ name }) => name === "server");
  };
  const other = { RATCHET_SERVER_TLS_CERT_FILE: "other.crt", RATCHET_SERVER_TLS_KEY_FILE: "other.key" };
  place.write("other.crt", pem("other.crt.pem"));
  place.write("other.key", pem("other.key.pem"));
  expect(await examine(other)).toMatchObject({ state: "failed", text: expect.stringContaining("certificate") });
  place.write("authority.pem", AUTHORITY);
  expect(await examine({ ...other, RATCHET_HTTP_CA_FILE: "authority.pem" })).toMatchObject({ state: "ok" });
  expect(await examine({})).toMatchObject({ state: "failed", text: expect.stringContaining("plain HTTP") });
  expect(await examine({ RATCHET_SERVER_PORT: "1" })).toMatchObject({ state: "note" });
});

test("files that can't be used end the start", async () => {
  using other = newWorkplace();
  const start = (env: Record<string, string>) => other.ratchet(["serve", "--port", "0"], { env });
  const missing = await start(TLS_FILES);
  expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining("tls.crt can't be read")]);
  writeFileSync(join(other.folder, "tls.crt"), pem("service.crt.pem"));
  writeFileSync(join(other.folder, "tls.key"), pem("other.key.pem"));
  const foreign = await start(TLS_FILES);
  expect([foreign.code, foreign.stderr]).toEqual([3, expect.stringContaining("does not belong to the certificate")]);
  const half = await start({ RATCHET_SERVER_TLS_CERT_FILE: "tls.crt" });
  expect([half.code, half.stderr]).toEqual([3, expect.stringContaining("server.tls.key_file is not set")]);
  other.write("ratchet.yaml", "server:\n  tls:\n    cert_file: tls.crt\n    key_file: tls.key\n");
  const untrusted = await start({});
  expect([untrusted.code, untrusted.stderr]).toEqual([3, expect.stringContaining("server.tls.cert_file")]);
});
