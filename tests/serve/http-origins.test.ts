import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { startRawServer } from "../support/raw-server.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** Says how a call ended: its status, or the facts about its failure. */
const REPORT =
  "async ({ url, options }) => { try { return { status: (await fetch(url, options)).status }; } catch (e) { return { name: e.name, code: e.code, attempts: e.attempts, cause: e.cause?.code, said: e.message }; } }";

let place: Workplace;
let server: ServeProcess;
let broken: ReturnType<typeof startRawServer>;
let limited: ReturnType<typeof startRawServer>;

beforeAll(async () => {
  broken = startRawServer((connection) => connection.write("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
  limited = startRawServer((connection) => connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  place = newWorkplace();
  place.writeTask("report", REPORT);
  place.writeTask("once", REPORT, { http: { retry: { maxRetries: 0 } } });
  place.writeTask("other", REPORT);
  const call = 'async () => (await fetch("http://127.0.0.1:9/")).status';
  place.writeTask("calls", call);
  place.writeTask("forbidden", call, { permissions: { hosts: [] } });
  place.writeTask("throws", '() => { throw Object.assign(new Error("no call"), { attempts: "3" }); }');
  place.write(
    "ratchet-config.yaml",
    [
      "execution:",
      "  network: any",
      "http:",
      "  retry:",
      "    delay: 1ms",
      "  hosts:",
      `    "127.0.0.1:${limited.port}":`,
      "      rate_limit: { count: 1, period: 1m }",
      "",
    ].join("\n"),
  );
  server = await place.serve(["--config", "ratchet-config.yaml"]);
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
  broken.stop();
  limited.stop();
});

async function report(task: string, url: string, options: JsonObject = {}): Promise<JsonObject> {
  const { body } = await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: { url, options } });
  return body.output as JsonObject;
}

describe("an error says how often the request was sent", () => {
  const error = {
    code: "TASK_FAILED",
    attempts: 3,
    guest: expect.objectContaining({ code: "CONNECTION_REFUSED", attempts: 3 }),
  };

  test("for jobs and their executions, by REST and GraphQL", async () => {
    const created = await server.call("POST", "/api/v1/jobs", { task: "calls", input: {}, maxRetries: 0 });
    const id = Number(created.body.id);
    const job = await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "failed");
    expect(job.error).toMatchObject(error);
    const { body } = await server.call("GET", `/api/v1/executions?jobId=${id}`);
    const [execution] = body.items as JsonObject[];
    expect(execution?.error).toMatchObject(error);
    const query = `{ job(id: ${id}) { error { attempts guest } } execution(id: ${execution?.id}) { error { attempts } } }`;
    const { data } = (await server.call("POST", "/graphql", { query })).body;
    expect(data).toMatchObject({ job: { error: { attempts: 3 } }, execution: { error: { attempts: 3 } } });
  });

  test("for direct executions; 0 if it was not sent, and nothing if it is no call", async () => {
    const direct = async (task: string) =>
      (await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: {} })).body.error;
    expect(await direct("calls")).toMatchObject(error);
    expect(await direct("forbidden")).toMatchObject({ attempts: 0, guest: { code: "PERMISSION_DENIED" } });
    expect(await direct("throws")).not.toHaveProperty("attempts");
  });
});

describe("the calls of a server's tasks", () => {
  const down = "http://127.0.0.1:9/";

  test("are retried as the configuration, the task and the call say", async () => {
    expect(await report("report", down)).toMatchObject({
      name: "NetworkError",
      code: "CONNECTION_REFUSED",
      attempts: 3,
      cause: "ECONNREFUSED",
      said: expect.stringContaining("after 3 attempts"),
    });
    expect(await report("report", down, { retry: false })).toMatchObject({ attempts: 1 });
    expect(await report("report", down, { retry: { maxRetries: 1 } })).toMatchObject({ attempts: 2 });
    expect(await report("report", down, { method: "POST" })).toMatchObject({ attempts: 1 });
    expect(await report("once", down)).toMatchObject({ attempts: 1 });
    expect(await report("report", down, { retry: { maxRetries: "2" } })).toMatchObject({ name: "TypeError" });
  });

  test("wait for their host's rate limit, or fail when their time is up before their turn", async () => {
    expect(await report("report", limited.url)).toEqual({ status: 200 });
    expect(await report("other", limited.url, { timeout: 1_000 })).toMatchObject({
      name: "RateLimitError",
      code: "RATE_LIMITED",
      attempts: 0,
    });
  });

  test("stop when the circuit of an origin opens, whichever task has opened it", async () => {
    const origin = `http://127.0.0.1:${broken.port}`;
    const before = broken.requests.length;
    for (let i = 0; i < 10; i++) expect(await report("once", broken.url)).toEqual({ status: 500 });
    expect(broken.requests.length - before).toBe(10);
    const refused = await report("other", broken.url);
    expect(refused).toMatchObject({ name: "ServiceUnavailableError", code: "CIRCUIT_OPEN", attempts: 0 });
    expect(broken.requests.length - before).toBe(10);
    const { body } = await server.call("GET", "/api/v1/http/origins");
    const items = body.items as JsonObject[];
    const found = items.find((item) => item.origin === origin);
    expect(found).toMatchObject({ state: "open", calls: 10, failures: 10 });
    expect(Date.parse(String(found?.opensUntil))).toBeGreaterThan(Date.now());
    expect(items.find((item) => item.origin === "http://127.0.0.1:9")).toMatchObject({
      state: "closed",
      opensUntil: null,
    });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(`ratchet_http_breaker_state{origin="${origin}",state="open"} 1`);
    expect(metrics).toContain(`ratchet_http_breaker_state{origin="${origin}",state="closed"} 0`);
    const query = { query: "{ httpOrigins { origin state calls failures opensUntil } }" };
    const graphql = await server.call("POST", "/graphql", query);
    const listed = (graphql.body.data as JsonObject).httpOrigins as JsonObject[];
    expect(listed.map((item) => item.origin)).toContain(origin);
    const command = ["http", "origins", "--server", server.url];
    const printed = await place.ratchet(command);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout).toMatch(/^origin +circuit +calls +failures +open until/);
    expect(printed.stdout).toMatch(new RegExp(`${origin} +open +10 +10 +${String(found?.opensUntil).slice(0, 4)}`));
    const asJson = await place.ratchet([...command, "--json"]);
    expect((JSON.parse(asJson.stdout) as JsonObject).items).toEqual(items);
  });
});
