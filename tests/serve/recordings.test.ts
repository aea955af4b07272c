import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const FETCHING = `(async function (input) {
  const response = await fetch(input.url, { headers: { authorization: "Bearer " + (input.token ?? "none") } });
  if (!response.ok) throw new ValidationError("status " + response.status);
  const { items } = await response.json();
  return { total: items.reduce((sum, n) => sum + n, 0), at: typeof Date.now(), lucky: Math.random() };
})`;
const DOUBLE =
  "(function (input) { if (input.n < 0) throw new RangeError('too small: ' + input.n); return { twice: 2 * input.n }; })";

/** A peer whose answers change, so that a replay can't have used it. */
function startPeer() {
  let calls = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      calls += 1;
      if (new URL(request.url).pathname === "/large") return new Response("x".repeat(100_000));
      if (new URL(request.url).pathname === "/broken") return new Response("no", { status: 503 });
      return Response.json({ items: [calls, 2, 3] });
    },
  });
  return { url: server.url.href, calls: () => calls, stop: () => server.stop(true) };
}

async function serve(place: Workplace, config: JsonObject = {}): Promise<ServeProcess> {
  place.write("ratchet.yaml", JSON.stringify(config));
  return place.serve([], { RATCHET_HTTP_ALLOW: "127.0.0.1", RATCHET_HTTP_RETRY_MAX_RETRIES: "0" });
}

async function finished(server: ServeProcess, task: string, input: JsonObject): Promise<number> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
  const job = await server.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  return Number(job.executionId);
}

/** Downloads a recording to `recording-ID.zip`, and unpacks it. @returns the folder */
async function unpacked(place: Workplace, server: ServeProcess, id: number): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/executions/${id}/recording`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/zip"]);
  const { default: JSZip } = await import("jszip");
  const bytes = new Uint8Array(await response.arrayBuffer());
  const zip = await JSZip.loadAsync(bytes);
  const folder = `recording-${id}`;
  writeFileSync(join(place.folder, `${folder}.zip`), bytes);
  for (const [name, file] of Object.entries(zip.files)) place.write(join(folder, name), await file.async("string"));
  return folder;
}

const replay = async (place: Workplace, label: string, folder: string) => {
  const { stdout, stderr, code } = await place.ratchet(["replay", `tasks/${label}`, "--recording", folder, "--json"]);
  return { code, stderr, ...(JSON.parse(stdout || "{}") as { equal?: boolean; differences?: string[] }) };
};

const makeTest = (server: ServeProcess, id: number, name: string) =>
  server.call("POST", `/api/v1/executions/${id}/test`, { name });

test("jobs and direct calls are recorded, replayed without the network, and made into tests", async () => {
  using place = newWorkplace();
  const peer = startPeer();
  place.writeTask("fetching", FETCHING);
  place.writeTask("double", DOUBLE);
  const server = await serve(place);
  const fetched = await finished(server, "fetching", { url: peer.url });
  const refused = await finished(server, "fetching", { url: `${peer.url}broken` });
  const doubled = await finished(server, "double", { n: 4 });
  const failed = await finished(server, "double", { n: -4 });
  const direct = (await server.call("POST", "/api/v1/tasks/fetching/execute", { input: { url: peer.url } })).body;
  const calls = peer.calls();
  for (const [label, id] of [
    ["fetching", fetched],
    ["fetching", refused],
    ["fetching", Number(direct.executionId)],
    ["double", doubled],
    ["double", failed],
  ] as const) {
    const folder = await unpacked(place, server, id);
    for (const path of [folder, `${folder}.zip`]) {
      const result = await replay(place, label, path);
      expect([path, label, result.code, result.stderr, result.differences]).toEqual([path, label, 0, "", []]);
    }
  }

  for (const [id, name] of [
    [refused, "refused"],
    [doubled, "doubled"],
    [failed, "failed"],
  ] as const) {
    const label = id === refused ? "fetching" : "double";
    const { status, body } = await makeTest(server, id, name);
    expect([status, body.written, body.missing]).toEqual([201, true, []]);
    const file = join(place.folder, `tasks/${label}/tests/${name}.json`);
    expect([String(body.path).endsWith(`tasks/${label}/tests/${name}.json`), existsSync(file)]).toEqual([true, true]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(body.test);
  }
  const tested = await makeTest(server, fetched, "fetched");
  expect(tested.body.test).toMatchObject({ mock: { http: [{ url: peer.url }] } });
  const run = await place.ratchet(["test", "tasks", "--reporter", "json"]);
  expect([run.code, run.stderr]).toEqual([0, ""]);
  expect(peer.calls()).toBe(calls);

  const before = readFileSync(join(place.folder, "tasks/double/tests/doubled.json"), "utf8");
  const again = await makeTest(server, failed, "doubled");
  expect([again.status, again.body.code]).toEqual([409, "CONFLICT"]);
  expect(readFileSync(join(place.folder, "tasks/double/tests/doubled.json"), "utf8")).toBe(before);
  for (const name of ["../out", "a/b", "", ".hidden", "x".repeat(101)]) {
    expect([name, (await makeTest(server, failed, name)).status]).toEqual([name, 400]);
  }
  await peer.stop();
}, 120_000);

test("secrets are masked in recordings and tests", async () => {
  using place = newWorkplace();
  const peer = startPeer();
  place.writeTask("fetching", FETCHING);
  const server = await serve(place);
  await server.call("PUT", "/api/v1/secrets/TOKEN", { value: "very-secret-value-42" });
  const id = await finished(server, "fetching", { url: peer.url, token: "very-secret-value-42" });
  const folder = await unpacked(place, server, id);
  const { stdout } = Bun.spawnSync(["grep", "-r", "very-secret-value", join(place.folder, folder)]);
  expect(stdout.toString()).toBe("");
  expect((await replay(place, "fetching", folder)).differences).toEqual([]);
  expect(JSON.stringify((await makeTest(server, id, "masked")).body)).not.toContain("very-secret-value");
  await peer.stop();
}, 120_000);

test("a recording that is too large is dropped, and the API says so", async () => {
  using place = newWorkplace();
  const peer = startPeer();
  place.writeTask(
    "large",
    "(async function (input) { return { length: (await (await fetch(input.url)).text()).length }; })",
  );
  const server = await serve(place, { execution: { record_max_size: "20KiB" } });
  const id = await finished(server, "large", { url: `${peer.url}large` });
  const { status, body } = await server.call("GET", `/api/v1/executions/${id}/recording`);
  expect([status, body.code]).toEqual([404, "RECORDING_NOT_FOUND"]);
  expect(body.detail).toContain("execution.record_max_size");
  const made = await makeTest(server, id, "bare");
  expect([made.status, (made.body.test as JsonObject).expected_output]).toEqual([201, { length: 100_000 }]);
  expect(made.body.missing).toEqual([expect.stringContaining("execution.record_max_size")]);
  await peer.stop();
}, 120_000);

test("the stats have the memory of recordings that are under way", async () => {
  using place = newWorkplace();
  const peer = startPeer();
  const reading =
    "async ({ url }) => { await (await fetch(url)).text(); await new Promise((r) => setTimeout(r, 600_000)); }";
  place.writeTask("reading", reading, { limits: { time: "10m" } });
  const server = await serve(place);
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "reading", input: { url: `${peer.url}large` } });
  const recordingBytes = (stats: JsonObject) => Number((stats.memory as JsonObject).recordingBytes);
  await server.until("/api/v1/stats", (stats) => recordingBytes(stats) > 100_000);
  await server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
  await server.until("/api/v1/stats", (stats) => recordingBytes(stats) === 0);
  const { executionId } = await server.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  const cancelled = await server.call("GET", `/api/v1/executions/${executionId}/recording`);
  expect(cancelled.body).toMatchObject({ code: "RECORDING_NOT_FOUND", remedy: expect.stringContaining("let it end") });
  peer.stop();
});

test("nothing is recorded if the configuration says so", async () => {
  using place = newWorkplace();
  place.writeTask("double", DOUBLE);
  const none = await serve(place, { execution: { record: "none" } });
  const id = await finished(none, "double", { n: 1 });
  expect((await none.call("GET", `/api/v1/executions/${id}/recording`)).body.detail).toContain("execution.record");
  const failed = await finished(none, "double", { n: -1 });
  const made = await makeTest(none, failed, "failed");
  expect(made.body).toMatchObject({
    written: true,
    test: { input: { n: -1 }, expected_error: "RangeError: too small: -1" },
  });
  expect((await place.ratchet(["test", "tasks/double"])).code).toBe(0);
  await none.end();
}, 120_000);

test("a test is written neither through a link nor into an archive", async () => {
  using place = newWorkplace();
  place.writeTask("double", DOUBLE);
  const server = await serve(place);
  const id = await finished(server, "double", { n: 2 });
  const outside = join(place.folder, "outside");
  mkdirSync(outside);
  symlinkSync(outside, join(place.folder, "tasks/double/tests"));
  const linked = await makeTest(server, id, "linked");
  expect([linked.status, linked.body.written, linked.body.path]).toEqual([200, false, null]);
  expect(linked.body.test).toMatchObject({ input: { n: 2 }, expected_output: { twice: 4 } });
  expect(existsSync(join(outside, "linked.json"))).toBe(false);
  rmSync(join(place.folder, "tasks/double/tests"));
}, 120_000);
