/** What REST says about one task: its schemas, its limits, its program. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
const PROGRAM = "export default (input: unknown): unknown => input; // ü\n";
beforeAll(async () => {
  server = await startServer({ working: false });
  const folder = join(server.folder, "tasks", "strict");
  mkdirSync(folder);
  const metadata = {
    uuid: "5d3a1a44-8a5d-4b0e-9a53-0d4d6a1f7c11",
    version: "2.0.0",
    label: "strict",
    description: "Says what it needs.",
    limits: { time: "2s", fetches: 0 },
    retry: { maxRetries: 7, delay: "250ms", also: ["NetworkError"] },
    permissions: { hosts: ["api.example.com"] },
  };
  writeFileSync(join(folder, "metadata.json"), JSON.stringify(metadata));
  writeFileSync(join(folder, "main.ts"), PROGRAM);
  writeFileSync(join(folder, "README.md"), "# Strict");
  writeFileSync(join(folder, "input.schema.json"), '{"type": "object", "required": ["a"]}');
  await server.call("POST", "/api/v1/registry/sources/tasks/refresh");
});
afterAll(() => server[Symbol.asyncDispose]());

test("a task has its schemas, limits, retries and permissions", async () => {
  const { status, body } = await server.call("GET", "/api/v1/tasks/strict");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    inputSchema: { type: "object", required: ["a"] },
    outputSchema: null,
    retry: { maxRetries: 7, delay: 250, also: ["NetworkError"] },
    permissions: { hosts: ["api.example.com"] },
    hasReadme: true,
  });
  const query = '{ strict: task(ref: "strict") { hasReadme } addition: task(ref: "addition") { hasReadme } }';
  expect((await server.call("POST", "/graphql", { query })).body.data).toEqual({
    strict: { hasReadme: true },
    addition: { hasReadme: false },
  });
  expect(body.limits).toMatchObject({ time: 2_000, fetches: 0, stack: 262_144 });
  const plain = await server.call("GET", "/api/v1/tasks/addition");
  expect(plain.body).toMatchObject({ retry: null, permissions: null, limits: { time: 30_000 }, hasReadme: false });
  expect(plain.body.outputSchema).toEqual(
    JSON.parse(readFileSync(join(server.folder, "tasks/addition/output.schema.json"), "utf8")),
  );
});

test("limits are those of the server if they are lower", async () => {
  const { createServices } = await import("../../src/service/services.ts");
  const { DEFAULT_LIMITS } = await import("../../src/domain/limits.ts");
  const services = createServices({ ...server.deps, caps: { ...DEFAULT_LIMITS, timeMs: 500 } });
  const task = await services.tasks.get("strict");
  expect((await services.tasks.contract(task)).limits?.timeMs).toBe(500);
});

test("the program is given as it was written, by label, uuid, id and version", async () => {
  const id = await server.taskId("strict");
  for (const reference of ["strict", "5d3a1a44-8a5d-4b0e-9a53-0d4d6a1f7c11", String(id)]) {
    for (const query of ["", "?version=2.0.0"]) {
      const { status, headers, body } = await server.call("GET", `/api/v1/tasks/${reference}/source${query}`);
      expect([status, headers.get("content-type"), body]).toEqual([200, "text/plain; charset=utf-8", PROGRAM]);
    }
  }
  const missing = await server.call("GET", "/api/v1/tasks/strict/source?version=9.9.9");
  expect([missing.status, missing.body.code]).toEqual([404, "TASK_NOT_FOUND"]);
});

test("a task that no source has any more keeps its record, without schemas and limits", async () => {
  rmSync(join(server.folder, "tasks", "talking"), { recursive: true });
  await server.call("POST", "/api/v1/registry/sources/tasks/refresh");
  const { status, body } = await server.call("GET", "/api/v1/tasks/talking");
  expect(status).toBe(200);
  expect(body).toMatchObject({ inSync: false, inputSchema: null, limits: null, retry: null, permissions: null });
  expect((await server.call("GET", "/api/v1/tasks/talking/source")).status).toBe(404);
});
