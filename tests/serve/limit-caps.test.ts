import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** What each task asks for is more than the server of this file allows. */
const CAPS = {
  RATCHET_EXECUTION_MAX_EXECUTION_DURATION: "300ms",
  RATCHET_EXECUTION_MAX_MEMORY: "16MB",
  RATCHET_EXECUTION_MAX_STACK: "64kB",
  RATCHET_EXECUTION_MAX_OUTPUT_SIZE: "1kB",
  RATCHET_EXECUTION_MAX_LOG_SIZE: "2kB",
  RATCHET_EXECUTION_MAX_FETCHES: "2",
  RATCHET_EXECUTION_MAX_FETCH_RESPONSE_SIZE: "3kB",
  RATCHET_EXECUTION_MAX_FETCH_TOTAL_SIZE: "5kB",
};

const CASES = [
  ["time", "1m", "300ms", "TIME_LIMIT", "execution.max_execution_duration", "() => { for (;;) ; }"],
  ["memory", "1GB", "16MB", "MEMORY_LIMIT", "execution.max_memory", "() => new Uint8Array(64 * 1024 * 1024).length"],
  ["stack", "1MB", "64kB", "STACK_LIMIT", "execution.max_stack", "() => { const f = () => 1 + f(); return f(); }"],
  ["output", "2MB", "1kB", "OUTPUT_LIMIT", "execution.max_output_size", "() => 'x'.repeat(5000)"],
  ["logs", "3MB", "2kB", "LOG_LIMIT", "execution.max_log_size", "() => console.log('x'.repeat(5000))"],
  ["fetches", 50, "2", "FETCH_LIMIT", "execution.max_fetches", "async (u) => { for (;;) await fetch(u + 1); }"],
  [
    "fetchResponse",
    "4MB",
    "3kB",
    "FETCH_LIMIT",
    "execution.max_fetch_response_size",
    "async (u) => (await fetch(u + 4000)).text()",
  ],
  [
    "fetchTotal",
    "5MB",
    "5kB",
    "FETCH_LIMIT",
    "execution.max_fetch_total_size",
    "async (u) => { for (let i = 0; i < 2; i++) await (await fetch(u + 2900)).text(); }",
  ],
] as const;

let place: Workplace;
let server: ServeProcess;
let upstream: Bun.Server<undefined>;
beforeAll(async () => {
  upstream = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => new Response("x".repeat(Number(new URL(request.url).pathname.slice(1)))),
  });
  place = newWorkplace();
  for (const [name, asked, , , , code] of CASES) place.writeTask(name, code, { limits: { [name]: asked } });
  place.writeTask("modest", "() => 'x'.repeat(5000)", { limits: { output: "2kB" } });
  server = await place.serve([], CAPS);
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
  await upstream.stop(true);
});

const run = (task: string, input: unknown = `http://127.0.0.1:${upstream.port}/`) =>
  server.call("POST", `/api/v1/tasks/${task}/execute`, { input });

describe("a limit that the server reduced", () => {
  for (const [name, asked, allowed, code, key] of CASES) {
    test(`${name}: ends the execution, and the error names ${key}`, async () => {
      const { body } = await run(name);
      const error = body.error as JsonObject;
      expect(error).toMatchObject({ code, data: { cappedBy: key } });
      expect(error.message).toEndWith(
        `; the task asks for ${asked} (limits.${name}), but ${key} on the server allows ${allowed}`,
      );
      expect(error.remedy).toContain(`raise ${key} on the server`);
    });
  }

  test("is not mentioned if the task's own limit is lower", async () => {
    const { body } = await place
      .serve(["--database", "sqlite:modest.db"], { ...CAPS, RATCHET_EXECUTION_MAX_OUTPUT_SIZE: "1MB" })
      .then((other) => other.call("POST", "/api/v1/tasks/modest/execute", {}));
    expect(body.error).toMatchObject({ code: "OUTPUT_LIMIT" });
    expect(JSON.stringify(body.error)).not.toContain("cappedBy");
  });

  test("causes a warning in validate, in repo status and in the server's log", async () => {
    const validated = await place.ratchet(["validate", "--from-fs", "tasks/memory", "--json"], { env: CAPS });
    expect(validated.code).toBe(0);
    expect(JSON.parse(validated.stdout).problems).toMatchObject([
      {
        severity: "warning",
        pointer: "/limits/memory",
        message: "The limit memory asks for 1GB, but a server with this configuration allows 16MB.",
        remedy: "Raise execution.max_memory on the server, or ask for less.",
      },
    ]);
    const { body } = await server.call("GET", "/api/v1/registry/sources");
    for (const [name] of CASES) expect(JSON.stringify(body)).toContain(`The limit ${name} asks for`);
    const other = await place.serve(["--database", "sqlite:other.db"], CAPS);
    const { stdout, stderr } = await other.end();
    expect(stdout + stderr).toContain("The limit stack asks for 1MB");
  });
});
