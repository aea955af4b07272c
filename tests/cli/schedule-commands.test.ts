import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("add", "({ a, b }) => ({ sum: a + b })");
  server = await place.serve();
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
});

const run = (...args: string[]) => place.ratchet(["schedules", ...args, "--server", server.url]);
const json = async (...args: string[]): Promise<JsonObject> => {
  const { stdout, stderr, code } = await run(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};
const lines = async (...args: string[]): Promise<JsonObject[]> => {
  const { stdout, stderr, code } = await run(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
};
const create = (name: string, ...args: string[]) =>
  json("create", "--name", name, "--task", "add", "--input-json", '{"a":1,"b":2}', ...args);

test("create, list, show, delete", async () => {
  const made = await create("nightly", "--cron", "0 2 * * *", "--timezone", "Europe/Berlin", "--priority", "high");
  expect(made).toMatchObject({ name: "nightly", cron: "0 2 * * *", timezone: "Europe/Berlin", priority: "high" });
  const shown = await run("show", "nightly");
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("plan      0 2 * * * (Europe/Berlin)\n");
  expect(shown.stdout).toContain('input     {"a":1,"b":2}\n');
  expect(await json("show", String(made.id))).toMatchObject({ id: Number(made.id), firings: [] });
  expect((await lines("list", "--task", "add")).map(({ name }) => name)).toContain("nightly");
  expect((await run("list")).stdout).toMatch(/^id +name +task +plan +enabled +next\n/);
  expect((await run("delete", "nightly")).stdout).toBe(`deleted schedule ${made.id} (nightly)\n`);
  expect((await run("show", "nightly")).code).toBe(3);
});

test("list takes what is enabled, and an order", async () => {
  await create("b-off", "--every", "1h", "--disabled");
  await create("a-off", "--every", "1h", "--disabled");
  const names = (await lines("list", "--no-enabled", "--sort", "name")).map(({ name }) => name);
  expect(names).toEqual(["a-off", "b-off"]);
  expect((await lines("list", "--no-enabled", "--limit", "1")).map(({ name }) => name)).toEqual(["a-off"]);
  expect((await lines("list", "--enabled")).map(({ name }) => name)).not.toContain("a-off");
});

test("pause and resume by name, trigger with an input", async () => {
  const { id } = await create("hourly", "--every", "1h");
  expect((await run("pause", "hourly", "--reason", "a rest")).stdout).toBe(`schedule ${id} (hourly) is paused\n`);
  expect((await run("show", "hourly")).stdout).toContain("disabled: a rest\n");
  expect((await run("resume", "hourly")).stdout).toStartWith(`schedule ${id} (hourly) is enabled, next at 20`);
  const job = (await run("trigger", "hourly", "--input-json", '{"a":5,"b":10}')).stdout.trim();
  const ended = await server.until(`/api/v1/jobs/${job}`, ({ finishedAt }) => finishedAt !== null);
  expect(ended).toMatchObject({ status: "completed", output: { sum: 15 } });
  const shown = await run("show", "hourly");
  expect(shown.stdout).toMatch(new RegExp(`manual +\\w+ +${job}\\b`));
});

test("next and backfill", async () => {
  await create("daily", "--cron", "0 6 * * *");
  const next = await lines("next", "daily", "--count", "3");
  expect(next.map(({ at }) => String(at).slice(11))).toEqual(["06:00:00.000Z", "06:00:00.000Z", "06:00:00.000Z"]);
  expect((await run("next", "daily", "--count", "1")).stdout).toMatch(/^time +local +note\n.*T06:00:00/);
  const range = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-03T00:00:00Z", "--overlap", "allow_all"];
  expect((await run("backfill", "daily", ...range, "--dry-run")).stdout).toContain("2 jobs would be created\n");
  const firings = await lines("backfill", "daily", ...range);
  expect(firings.map(({ fireAt }) => fireAt)).toEqual(["2026-01-01T06:00:00.000Z", "2026-01-02T06:00:00.000Z"]);
  expect(firings.every(({ jobId }) => typeof jobId === "number")).toBe(true);
});

test("a name that is a number is found when no schedule has that id", async () => {
  await create("700001", "--every", "1h");
  expect(await json("show", "700001")).toMatchObject({ name: "700001" });
});

test("errors say what to do, with their exit code", async () => {
  await create("weekly", "--cron", "@weekly");
  const unknown = await run("show", "weekyl");
  expect(unknown).toEqual({
    code: 3,
    stdout: "",
    stderr: 'error: There is no schedule "weekyl".\nhint: Did you mean weekly?\n',
  });
  expect((await run("create", "--name", "x", "--task", "add", "--cron", "0 2 * * *", "--every", "5m")).code).toBe(2);
  const invalid = await run("create", "--name", "x", "--task", "add", "--cron", "never");
  expect(invalid.code).toBe(3);
  expect(invalid.stderr).toContain("hint: ");
  expect((await run("create", "--name", "weekly", "--task", "add", "--every", "5m")).code).toBe(3);
  expect((await run("create", "--task", "add", "--every", "5m")).code).toBe(2);
  expect((await run("trigger")).code).toBe(2);
  const nobody = await place.ratchet(["schedules", "list", "--server", "http://127.0.0.1:9"]);
  expect(nobody.code).toBe(6);
});

test("create passes tags, retries and a concurrency key to the jobs", async () => {
  const options = ["--every", "1h", "--tag", "a", "--tag", "b c", "--max-retries", "9", "--concurrency-key", "k"];
  const made = await create("for its jobs", ...options);
  expect(made).toMatchObject({ tags: ["a", "b c"], maxRetries: 9, concurrencyKey: "k" });
  const shown = (await run("show", "for its jobs")).stdout;
  expect(shown).toMatch(/^tags +a, b c$/m);
  expect(shown).toMatch(/^retries +9$/m);
  const { stdout } = await run("trigger", "for its jobs", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ tags: ["a", "b c"], maxRetries: 9, concurrencyKey: "k" });
  const plain = await create("with defaults", "--every", "1h");
  expect(plain).toMatchObject({ tags: [], maxRetries: null, concurrencyKey: null });
  expect((await run("create", "--name", "x", "--task", "add", "--every", "1h", "--max-retries", "1001")).code).toBe(2);
});

test.each(["a/b?c=d#e", "100%", 'ümläut "quoted"', "4711", "by-name", "..", "."])(
  "a schedule is found by the name %j",
  async (name) => {
    const { id } = await create(name, "--every", "1h");
    expect((await json("show", name)).id).toBe(id as number);
    expect((await run("next", name)).code).toBe(0);
    expect((await run("delete", name)).code).toBe(0);
  },
);

test("a schedule without a time is wrong usage, and the remedy has the options", async () => {
  expect(await run("create", "--name", "never", "--task", "add")).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "error: schedules create: one of --cron, --every and --at is missing.\n" +
      "hint: Add --cron '0 6 * * *', --every 5m, or --at with a time.\n",
  });
});

test("a schedule without a name is wrong usage", async () => {
  for (const command of ["show", "next", "pause", "delete"]) {
    const { code, stderr } = await run(command, "");
    expect([code, stderr]).toEqual([2, expect.stringContaining('SCHEDULE: "" is empty.')]);
  }
  expect((await run("create", "--name", "", "--task", "add", "--every", "5m")).code).toBe(2);
  expect((await run("create", "--name", "x", "--task", "", "--every", "5m")).code).toBe(2);
});
