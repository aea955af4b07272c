import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { startTestServer } from "../support/http-server.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const TLS = join(import.meta.dir, "../support/tls");
let upstream: Bun.Server<undefined>;
const slow = startTestServer();
let secure: Bun.Server<undefined>;
beforeAll(() => {
  upstream = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request, server) {
      const [, what, count] = /^\/(hop|agent)(\d*)$/.exec(new URL(request.url).pathname) ?? [];
      if (what === "hop" && count !== "0") return Response.redirect(`${server.url}hop${Number(count) - 1}`, 302);
      return new Response(request.headers.get("user-agent"));
    },
  });
  secure = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { key: Bun.file(join(TLS, "service.key.pem")), cert: Bun.file(join(TLS, "service.crt.pem")) },
    fetch: () => new Response("secure"),
  });
});
afterAll(async () => {
  await Promise.all([upstream.stop(true), secure.stop(true), slow.stop()]);
});

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  place.writeTask("get", "async (url) => (await fetch(url)).text()");
});
afterEach(() => place[Symbol.dispose]());

async function get(server: ServeProcess, url: string): Promise<unknown> {
  const { body } = await server.call("POST", "/api/v1/tasks/get/execute", { input: url });
  return body.output ?? (body.error as { guest?: { name: string } }).guest?.name;
}

test("http.* without any configuration", async () => {
  const server = await place.serve();
  expect(await get(server, `${upstream.url}agent`)).toMatch(/^ratchet\//);
  expect(await get(server, `${upstream.url}hop5`)).toMatch(/^ratchet\//);
  expect(await get(server, `${slow.url}/delay/400`)).toBe("after 400 ms");
  expect(await get(server, `${secure.url}`)).toBe("NetworkError");
});

test("each key of http.* works", async () => {
  place.write("own.yaml", "http: { user_agent: robot/9, max_redirects: 3, timeout: 200ms, verify_ssl: false }\n");
  const server = await place.serve(["--config", "own.yaml"]);
  expect(await get(server, `${upstream.url}agent`)).toBe("robot/9");
  expect(await get(server, `${upstream.url}hop3`)).toBe("robot/9");
  expect(await get(server, `${upstream.url}hop4`)).toBe("NetworkError");
  expect(await get(server, `${slow.url}/delay/60000`)).toBe("TimeoutError");
  expect(await get(server, `${secure.url}`)).toBe("secure");
});

test("server.*, logging.* and registry.* work by their familiar names", async () => {
  mkdirSync(join(place.folder, "data"));
  place.writeTask("later", "() => 1");
  mkdirSync(join(place.folder, "watched"));
  place.write(
    "own.yaml",
    [
      "server: { bind_address: localhost, database: { url: 'sqlite://data/own.db' } }",
      "logging: { level: warn }",
      "registry: { sources: [{ name: mine, uri: 'file://./tasks', config: { watch: false } }, { name: watched, uri: 'file://./watched', config: { watch: true } }] }",
    ].join("\n"),
  );
  const server = await place.serve(["--config", "own.yaml"]);
  expect(server.url).toStartWith("http://localhost:");
  expect(existsSync(join(place.folder, "data/own.db"))).toBe(true);
  expect((await server.call("GET", "/api/v1/tasks/get")).body).toMatchObject({ source: "mine" });
  // Nobody watches; asked for, it is seen.
  place.writeTask("later", "() => 2", { version: "2.0.0" });
  place.writeTask("../watched/seen", "() => 1", { label: "seen" });
  await server.until("/api/v1/tasks", ({ items }) => (items as JsonObject[]).some(({ label }) => label === "seen"));
  expect((await server.call("GET", "/api/v1/tasks/later")).body).toMatchObject({ version: "1.0.0" });
  await server.call("POST", "/api/v1/registry/sources/mine/refresh");
  expect((await server.call("GET", "/api/v1/tasks/later")).body).toMatchObject({ version: "2.0.0" });
  const { stdout, stderr } = await server.end();
  // The announcement alone: what is less severe than a warning is not written.
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(stderr).toBe("");
});

test.each([
  ["cache: { task_content_cache_size: 1 }", { entries: 1, maxEntries: 1, purged: 1 }],
  ["cache: { enabled: false }", { entries: 0, maxEntries: 0 }],
  ["cache: { max_bytes: 10B }", { entries: 0, maxBytes: 10 }],
])("%s", async (yaml, figures) => {
  place.write("own.yaml", yaml);
  const server = await place.serve(["--config", "own.yaml"]);
  for (const task of ["heartbeat", "get"]) await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: {} });
  expect((await server.call("GET", "/api/v1/registry/cache")).body).toMatchObject(figures);
});
