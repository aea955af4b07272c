import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
let server: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/bytes") return new Response(new Uint8Array([0, 255, 7]));
      if (pathname === "/missing") return new Response("gone", { status: 404, headers: { "x-why": "test" } });
      if (pathname === "/echo") return new Response(`got ${await request.text()}`);
      return Response.json({ key: request.headers.get("authorization"), big: [1, 2] });
    },
  });
});
afterAll(async () => {
  await server.stop(true);
  folder[Symbol.dispose]();
});

const MAIN = `async function main({ base, fail }) {
  const json = await (await fetch(base + "/json", { headers: { authorization: "Bearer secret-token-1" } })).json();
  const bytes = [...new Uint8Array(await (await fetch(base + "/bytes")).arrayBuffer())];
  const missing = await fetch(base + "/missing");
  const echo = [];
  for (const body of ["one", "two"]) echo.push(await (await fetch(base + "/echo", { method: "POST", body })).text());
  if (fail) throw new ValidationError("no: " + missing.headers.get("x-why"));
  return { big: json.big, bytes, missing: [missing.status, await missing.text()], echo, now: Date.now() > 0 };
}`;

async function record(main: string, input: Record<string, unknown>) {
  const path = makeTask(folder.path, { label: `recorded-${crypto.randomUUID()}`, main });
  const dir = join(path, "..", `runs-${crypto.randomUUID()}`);
  const args = ["run-once", "--from-fs", path, "--record", dir, "--input-json", JSON.stringify(input)];
  await ratchet(args);
  return { path, dir };
}

const testsOf = (path: string) => readdirSync(join(path, "tests"));

describe("--from-recording", () => {
  test("writes a test that passes without the network", async () => {
    const { path, dir } = await record(MAIN, { base: server.url.origin });
    const { exitCode, stdout, stderr } = await ratchet(["test", "--from-fs", path, "--from-recording", dir]);
    const [name = ""] = testsOf(path);
    expect(name).toMatch(/^recorded-\d{8}-\d{6}\.json$/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `Wrote ${join(path, "tests", name)}.\n` });
    expect(stdout).toContain("1 passed, 0 failed (");
    const written = await Bun.file(join(path, "tests", name)).json();
    expect(written.expected_output).toEqual({
      big: [1, 2],
      bytes: [0, 255, 7],
      missing: [404, "gone"],
      echo: ["got one", "got two"],
      now: true,
    });
    expect(JSON.stringify(written)).not.toContain("secret-token-1");
    expect(written.mock.http.map(({ url }: { url: string }) => new URL(url).pathname)).toEqual([
      "/json",
      "/bytes",
      "/missing",
      "/echo",
      "/echo",
    ]);
    expect((await ratchet(["validate", "--from-fs", path])).exitCode).toBe(0);
    const all = await ratchet(["test", "--from-fs", path, "--json"]);
    expect(JSON.parse(all.stdout)).toMatchObject({ passed: 1, tests: [{ unusedMocks: [] }], problems: [] });
  });

  test("of a run that failed, the test expects the error", async () => {
    const { path, dir } = await record(MAIN, { base: server.url.origin, fail: true });
    const run = await ratchet(["test", "--from-fs", path, "--from-recording", dir, "--name", "refused"]);
    expect(run).toMatchObject({ exitCode: 0 });
    const written = await Bun.file(join(path, "tests", "refused.json")).json();
    expect(written.expected_error).toBe("ValidationError: no: test");
    const again = await ratchet(["test", "--from-fs", path, "--from-recording", dir, "--name", "refused"]);
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("exists already") });
  });

  test("the test has the time zone of the recorded run", async () => {
    const path = makeTask(folder.path, { label: "zone", main: "() => new Date(0).getHours()" });
    const dir = join(path, "..", "zone-runs");
    await ratchet(["run-once", "--from-fs", path, "--record", dir, "--timezone", "Asia/Tokyo"]);
    expect((await ratchet(["test", "--from-fs", path, "--from-recording", dir, "--name", "tokyo"])).exitCode).toBe(0);
    const written = await Bun.file(join(path, "tests", "tokyo.json")).json();
    expect(written).toMatchObject({ timezone: "Asia/Tokyo", expected_output: 9 });
  });

  test("what depends on randomness is expected as the test's seed gives it, and says so", async () => {
    const main = "(function () { return [crypto.randomUUID(), Math.random(), Date.now()]; })";
    const { path, dir } = await record(main, {});
    const recorded = await Bun.file(join(dir, readdirSync(dir)[0] ?? "", "output.json")).json();
    const run = await ratchet(["test", "--from-fs", path, "--from-recording", dir]);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain("differs from the recorded one");
    expect((await ratchet(["test", "--from-fs", path])).exitCode).toBe(0);
    const written = await Bun.file(join(path, "tests", testsOf(path)[0] ?? "")).json();
    expect(written.expected_output[0]).not.toBe(recorded[0]);
    // Math.random continues from the recorded state.
    expect(written.expected_output[1]).toBe(recorded[1]);
  });

  test("of another task is refused, and a test that the task fails is reported", async () => {
    const { path, dir } = await record("(input) => input.n * 2", { n: 2 });
    const other = makeTask(folder.path, { label: "other", main: "() => 1" });
    const refused = await ratchet(["test", "--from-fs", other, "--from-recording", dir]);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("is a recording of the task") });
    writeFileSync(join(path, "main.js"), "(input) => { throw new DataError('changed'); }");
    const changed = await ratchet(["test", "--from-fs", path, "--from-recording", dir]);
    expect(changed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("DataError: changed") });
  });
});
