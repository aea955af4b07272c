import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHttpClient, type HttpClientOptions } from "../../src/http/http-client.ts";
import { call, echoOf, failureOf } from "../support/http-call.ts";
import { startTestServer, TEST_AUTHORITY_FILE } from "../support/http-server.ts";

const server = startTestServer({ certificates: ["service", "other"] });
const expired = startTestServer({ certificates: ["expired"] });
const folder = await mkdtemp(join(tmpdir(), "ratchet-tls-"));
const clients: ReturnType<typeof createHttpClient>[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()));
  await Promise.all([server.stop(), expired.stop(), rm(folder, { recursive: true })]);
});

/** A client that resolves every name to loopback. */
function clientWith(tls: HttpClientOptions["tls"]) {
  const client = createHttpClient({ ...(tls && { tls }), lookup: () => Promise.resolve(["127.0.0.1"]) });
  clients.push(client);
  return client;
}

const trusting = clientWith({ caFile: TEST_AUTHORITY_FILE });

describe("certificates are checked against the name", () => {
  test("the right name passes, and is used for Host and SNI", async () => {
    for (const name of ["service", "other"]) {
      const echo = echoOf(await call(trusting.send, `https://${name}.test:${server.port}/echo`));
      expect(echo.headers.host).toBe(`${name}.test:${server.port}`);
    }
  });

  test("another name is rejected, although the address is right", async () => {
    const failure = await failureOf(call(trusting.send, `https://third.test:${server.port}/echo`));
    expect(failure.kind).toBe("network");
    expect(failure.message).toContain("certificate is for another host name");
  });

  test("a literal address is checked as an address", async () => {
    expect((await call(trusting.send, `https://127.0.0.1:${server.port}/echo`)).status).toBe(200);
    const unnamed = startTestServer({ certificates: ["other"] });
    const failure = await failureOf(call(trusting.send, `https://127.0.0.1:${unnamed.port}/echo`));
    expect(failure.message).toContain("another host name");
    await unnamed.stop();
  });

  test("an untrusted authority is rejected", async () => {
    const failure = await failureOf(call(clientWith(undefined).send, `https://service.test:${server.port}/echo`));
    expect(failure.kind).toBe("network");
    expect(failure.message).toMatch(/certificate can't be traced to a trusted authority/);
  });

  test("an expired certificate is rejected", async () => {
    const failure = await failureOf(call(trusting.send, `https://service.test:${expired.port}/echo`));
    expect(failure.message).toContain("certificate has expired");
  });

  test("verification can be turned off", async () => {
    const client = clientWith({ verify: false });
    for (const port of [server.port, expired.port]) {
      expect((await call(client.send, `https://whatever.test:${port}/echo`)).status).toBe(200);
    }
  });

  test("NODE_TLS_REJECT_UNAUTHORIZED does not turn it off", async () => {
    const script = `
      const { createHttpClient } = await import(${JSON.stringify(`${import.meta.dir}/../../src/http/http-client.ts`)});
      const request = { method: "GET", headers: [], body: null, url: "https://127.0.0.1:${server.port}/" };
      const failure = await createHttpClient().send(request, new AbortController().signal).catch((e) => e);
      process.stdout.write(String(failure.kind));`;
    const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const child = Bun.spawn([process.execPath, "-e", script], { env, stdout: "pipe", stderr: "ignore" });
    expect(await child.stdout.text()).toBe("network");
  });
});

describe("connections to one address are pooled by name", () => {
  test("a connection whose certificate was checked for one name never serves another", async () => {
    const client = clientWith({ caFile: TEST_AUTHORITY_FILE });
    const before = server.seen.length;
    for (const name of ["service", "service", "other", "other", "service"]) {
      await call(client.send, `https://${name}.test:${server.port}/echo`);
    }
    const ports = server.seen.slice(before).map(({ clientPort }) => clientPort);
    expect(new Set(ports).size).toBe(2);
    expect([ports[0] === ports[1], ports[2] === ports[3], ports[0] === ports[4]]).toEqual([true, true, true]);
    const failure = await failureOf(call(client.send, `https://third.test:${server.port}/echo`));
    expect(failure.message).toContain("another host name");
  });
});

describe("the file of authorities", () => {
  test.each([
    ["is missing", undefined, /missing.pem, can't be read/],
    ["holds no certificate", "hello", /contains no PEM certificate/],
    ["holds a broken one", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", /can't be read/],
  ])("%s: an error that names it", async (what, text, message) => {
    const caFile = join(folder, text === undefined ? "missing.pem" : `${what.replaceAll(" ", "-")}.pem`);
    if (text !== undefined) await Bun.write(caFile, text);
    const failure = await failureOf(call(clientWith({ caFile }).send, `https://service.test:${server.port}/`));
    expect(failure.kind).toBe("refused");
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(caFile);
  });
});
