import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { RatchetError } from "../../src/domain/errors.ts";
import { SESSION_NAME } from "../../src/execution/recording/recorded-session.ts";
import { writeSessionFolder } from "../../src/execution/recording/session-folder.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/task-folder.ts";

const NOW = Date.UTC(2026, 10, 22, 21, 54, 51, 999);
let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  place = await temporaryFolder();
});
afterAll(() => place[Symbol.asyncDispose]());

const fresh = () => join(place.path, crypto.randomUUID());

describe("a session's folder", () => {
  test("is named by its second, has its files, and only its user may read it", async () => {
    const dir = join(fresh(), "deep");
    const folder = await writeSessionFolder(dir, NOW, { "a.json": "1", "b.log": "ü" });
    expect(folder).toBe(join(dir, "ratchet_session_20261122_215451"));
    expect(await Bun.file(join(folder, "b.log")).text()).toBe("ü");
    expect(await readdir(dir)).toEqual(["ratchet_session_20261122_215451"]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "a.json"))).mode & 0o777).toBe(0o600);
  });

  test("several sessions in the same second get a folder each", async () => {
    const dir = fresh();
    const writers = Array.from({ length: 12 }, (_, i) => writeSessionFolder(dir, NOW, { "n.txt": String(i) }));
    const folders = await Promise.all(writers);
    expect(new Set(folders).size).toBe(12);
    const names = await readdir(dir);
    expect(names).toHaveLength(12);
    expect(names.every((name) => SESSION_NAME.test(name))).toBe(true);
    expect(names).toContain("ratchet_session_20261122_215451_12");
    const contents = await Promise.all(folders.map((folder) => Bun.file(join(folder, "n.txt")).text()));
    expect(contents).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  });

  test("a name that is taken by a file is passed over", async () => {
    const dir = fresh();
    await Bun.write(join(dir, "ratchet_session_20261122_215451"), "mine");
    expect(await writeSessionFolder(dir, NOW, { a: "" })).toEndWith("_2");
  });

  test("when a file can't be written, nothing is left and the error says why", async () => {
    const dir = fresh();
    const failing = await writeSessionFolder(dir, NOW, { "a.json": "1", "no/such/folder": "2" }).catch((e) => e);
    expect(failing).toBeInstanceOf(RatchetError);
    expect(failing.code).toBe("ENVIRONMENT");
    expect(failing.message).toBe(`the recording could not be written to ${dir}: no such file or folder`);
    expect(failing.remedy).toContain("writable folder");
    expect(await readdir(dir)).toEqual([]);
  });

  test("a path that is a file, or not writable, is an ENVIRONMENT error", async () => {
    const file = fresh();
    await Bun.write(file, "x");
    expect((await writeSessionFolder(file, NOW, {}).catch((e) => e)).code).toBe("ENVIRONMENT");
    if (process.getuid?.() === 0) return;
    const locked = fresh();
    await mkdir(locked);
    await chmod(locked, 0o500);
    expect((await writeSessionFolder(locked, NOW, {}).catch((e) => e)).code).toBe("ENVIRONMENT");
  });

  test("the remains of killed processes are removed after an hour", async () => {
    const dir = fresh();
    const old = join(dir, ".ratchet_session_aaaaaa");
    const young = join(dir, ".ratchet_session_bbbbbb");
    const other = join(dir, ".ratchet_session_mine_is_longer");
    for (const folder of [old, young, other]) await Bun.write(join(folder, "input.json"), "1");
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const folder of [old, other]) await utimes(folder, longAgo, longAgo);
    await writeSessionFolder(dir, Date.now(), { a: "" });
    const left = await readdir(dir);
    expect(left).not.toContain(".ratchet_session_aaaaaa");
    expect(left).toContain(".ratchet_session_bbbbbb");
    expect(left).toContain(".ratchet_session_mine_is_longer");
  });

  test("a process that is killed while writing leaves no incomplete folder in sight", async () => {
    const dir = fresh();
    const script = `
      const { writeSessionFolder } = await import(${JSON.stringify(`${import.meta.dir}/../../src/execution/recording/session-folder.ts`)});
      process.stdout.write("ready");
      for (;;) await writeSessionFolder(${JSON.stringify(dir)}, Date.now(), { a: "x".repeat(2e6), b: "end" });`;
    for (const written of [0, 1, 4]) {
      const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
      await child.stdout.getReader().read();
      const before = (await readdir(dir).catch(() => [])).length;
      await eventually(async () => (await readdir(dir).catch(() => [])).length >= before + written);
      child.kill("SIGKILL");
      await child.exited;
    }
    for (const name of await readdir(dir).catch(() => [])) {
      if (!SESSION_NAME.test(name)) continue;
      expect(await Bun.file(join(dir, name, "b")).text()).toBe("end");
      expect((await stat(join(dir, name, "a"))).size).toBe(2e6);
    }
  });
});
