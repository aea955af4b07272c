import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const MEGABYTE = 1024 * 1024;

/** A small disk of memory; false where this user may not have one. */
function mountDisk(folder: string, bytes: number): boolean {
  mkdirSync(folder);
  if (process.platform !== "linux") return false;
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], {
    stderr: "ignore",
  });
  return exitCode === 0;
}

const place: Workplace = newWorkplace();
const disk = join(place.folder, "disk");
const mounted = mountDisk(disk, 8 * MEGABYTE);
afterAll(() => {
  if (mounted) Bun.spawnSync(["umount", "-l", disk]);
  place[Symbol.dispose]();
});

const filler = join(disk, "filler");
/** Takes all the room there is. */
function fill(): void {
  for (let bytes = 8 * MEGABYTE; bytes >= 512; bytes /= 2) {
    for (;;) {
      try {
        writeFileSync(filler, new Uint8Array(bytes), { flag: "a" });
      } catch {
        break;
      }
    }
  }
}

describe.skipIf(!mounted)("a full disk", () => {
  beforeAll(() => {
    place.writeTask("echo", "(input) => input");
    place.writeTask("slow", "(ms) => new Promise((resolve) => setTimeout(() => resolve('done'), ms))");
  });

  test("writes are rejected and reads work, nothing acknowledged is lost, and everything continues once there is room", async () => {
    const server = await place.serve(["--database", `sqlite:${disk}/ratchet.db`]);
    const input = "x".repeat(20_000);
    const post = () => server.call("POST", "/api/v1/jobs", { task: "echo", input });
    const acknowledged: unknown[] = [];
    for (let n = 0; n < 5; n++) acknowledged.push((await post()).body.id);
    // Ends while there is no room to store that.
    const { body: slow } = await server.call("POST", "/api/v1/jobs", { task: "slow", input: 700 });
    acknowledged.push(slow.id);
    await server.until(`/api/v1/jobs/${slow.id}`, ({ status }) => status === "processing");
    const direct = server.call("POST", "/api/v1/tasks/slow/execute", { input: 500 });
    await server.until("/api/v1/stats", ({ directRunning }) => directRunning === 1);
    expect((await server.call("GET", "/ready")).status).toBe(200);

    fill();
    let refused = await post();
    // What the write-ahead log has room for already still goes in.
    for (; refused.status === 201; refused = await post()) acknowledged.push(refused.body.id);
    expect(refused).toMatchObject({ status: 503, body: { code: "ENVIRONMENT" } });
    expect(refused.body.detail).toContain("the disk is full");
    const batch = { jobs: Array.from({ length: 100 }, () => ({ task: "echo", input })) };
    expect((await server.call("POST", "/api/v1/jobs/batch", batch)).status).toBe(503);
    expect((await server.call("POST", "/api/v1/tasks/echo/execute", { input })).status).toBe(503);
    expect((await server.call("GET", "/api/v1/jobs")).status).toBe(200);
    expect((await server.call("GET", `/api/v1/jobs/${acknowledged[0]}`)).status).toBe(200);
    expect((await server.call("GET", "/health")).status).toBe(200);
    const ready = await server.call("GET", "/ready");
    expect(ready.status).toBe(503);
    expect(JSON.stringify(ready.body)).toContain("full");
    expect((await direct).status).toBe(503);
    // The worker can't store the end of the slow job either: that is no request that fails.
    await server.complained(/"error","message":"The database \S+ cannot grow: the disk is full/);

    rmSync(filler);
    expect((await post()).status).toBe(201);
    expect((await server.call("GET", "/ready")).status).toBe(200);
    for (const id of acknowledged) {
      const job = await server.until(`/api/v1/jobs/${id}`, ({ finishedAt }) => finishedAt !== null);
      expect(job).toMatchObject({ status: "completed", rescues: 0 });
    }
    const { items } = (await server.call("GET", "/api/v1/jobs?limit=1000")).body as { items: JsonObject[] };
    expect(items).toHaveLength(acknowledged.length + 1);
    // It is said of the direct execution too how it ended.
    const { items: ended } = await server.until("/api/v1/executions?task=slow&status=failed", ({ items }) =>
      (items as JsonObject[]).some(({ jobId }) => jobId === null),
    );
    expect(ended).toMatchObject([{ error: { code: "ENVIRONMENT" } }]);
    expect((await server.end()).code).toBe(0);
    const check = await place.ratchet(["db", "check", "--database", `sqlite:${disk}/ratchet.db`]);
    expect(check).toMatchObject({ code: 0, stdout: "sound\n" });
  }, 120_000);

  test("a server does not start, and explains why in one line", async () => {
    fill();
    const { code, stdout, stderr } = await place.ratchet([
      "serve",
      "--port",
      "0",
      "--database",
      `sqlite:${disk}/new.db`,
    ]);
    expect([code, stdout]).toEqual([6, ""]);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringContaining("disk is full"),
      expect.stringContaining("hint: "),
    ]);
    rmSync(filler);
    rmSync(join(disk, "new.db"), { force: true });
  });

  test("a backup to that disk fails with its name, and leaves nothing behind", async () => {
    const database = `sqlite:${place.folder}/source.db`;
    await place.ratchet(["db", "migrate", "--database", database]);
    fill();
    const copy = join(disk, "copy.db");
    const { code, stderr } = await place.ratchet(["db", "backup", copy, "--database", database]);
    expect(code).toBe(6);
    expect(stderr).toContain(`no room for the backup ${copy}`);
    expect(existsSync(copy)).toBe(false);
    expect([...new Bun.Glob("*partial*").scanSync(disk)]).toEqual([]);
    rmSync(filler);
  });
});
