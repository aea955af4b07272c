import { afterEach, beforeEach, expect, test } from "bun:test";
import { linkSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

const refused = (more: readonly string[] = []) =>
  place.ratchet(["--error-format", "json", "serve", "--port", "0", ...more]);

test("a second server on one database exits with 6 and reports which process uses it", async () => {
  const server = await place.serve();
  symlinkSync(join(place.folder, "ratchet.db"), join(place.folder, "link.db"));
  for (const more of [
    [],
    ["--database", `sqlite:${join(place.folder, "ratchet.db")}`],
    ["--database", "sqlite:link.db"],
  ]) {
    const second = await refused(more);
    expect(second).toMatchObject({ code: 6, stdout: "" });
    const { error } = JSON.parse(second.stderr);
    expect(error.message).toContain(`is in use by process ${server.process.pid},`);
    expect(error).toMatchObject({ code: "ENVIRONMENT", data: { pid: server.process.pid }, exitCode: 6 });
    expect(error.remedy).toContain("--database");
  }
  const shown = await place.ratchet(["serve", "--port", "0"]);
  expect(shown.stderr).toStartWith(`error: The database ratchet.db is in use by process ${server.process.pid},`);
  expect((await server.call("GET", "/ready")).status).toBe(200);
  expect((await server.end()).code).toBe(0);
  expect(readdirSync(place.folder).toSorted()).toEqual(["link.db", "ratchet.db"]);
});

test("a database with a second name is refused until that name is gone", async () => {
  const server = await place.serve();
  linkSync(join(place.folder, "ratchet.db"), join(place.folder, "other.db"));
  for (const database of ["sqlite:other.db", "sqlite:ratchet.db"]) {
    const second = await refused(["--database", database]);
    const { error } = JSON.parse(second.stderr);
    expect([second.code, error.code]).toEqual([6, "ENVIRONMENT"]);
    expect(error.message).toContain("2 names in the file system (hard links)");
  }
  rmSync(join(place.folder, "other.db"));
  expect((await server.end()).code).toBe(0);
  const next = await place.serve();
  expect((await next.end()).code).toBe(0);
});

test("exactly one of several servers that start at once gets the database", async () => {
  const ends = await Promise.allSettled(Array.from({ length: 4 }, () => place.serve()));
  const started = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  expect(started).toHaveLength(1);
  const [server] = started;
  for (const end of ends) {
    if (end.status === "rejected") expect(String(end.reason)).toContain(`in use by process ${server?.process.pid},`);
  }
}, 120_000);

test("a killed server leaves no lock behind, and a database in memory needs no lock", async () => {
  for (let kills = 0; kills < 3; kills++) await (await place.serve()).end("SIGKILL");
  const server = await place.serve();
  const memory = await place.serve(["--database", "sqlite::memory:"]);
  const another = await place.serve(["--database", "sqlite:another.db"]);
  for (const each of [server, memory, another]) expect((await each.end()).code).toBe(0);
}, 120_000);

test("the database commands work next to the server that uses it", async () => {
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "heartbeat", input: {} });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  for (const args of [["status"], ["check"], ["backup", "copy.db"], ["vacuum"], ["migrate"]]) {
    expect(await place.ratchet(["db", ...args])).toMatchObject({ code: 0, stderr: "" });
  }
  expect((await refused()).code).toBe(6);
  expect((await server.end()).code).toBe(0);
});
