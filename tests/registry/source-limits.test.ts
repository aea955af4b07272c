import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceLimits } from "../../src/registry/source-limits.ts";
import { newFolder, remove, startRegistry, taskFiles, uuidOf, writeTask, zip } from "./harness.ts";
import { startIndexServer } from "./index-server.ts";

const MEGABYTE = 1024 * 1024;
let folder = "";
let repository = "";
beforeEach(() => {
  folder = newFolder();
  repository = join(folder, "repository");
  mkdirSync(repository);
  git(["init", "--quiet", "--initial-branch=main"]);
});
afterEach(() => remove(folder));

function git(args: string[], stdin?: string): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  const result = Bun.spawnSync(["git", ...identity, ...args], {
    cwd: repository,
    ...(stdin !== undefined && { stdin: Buffer.from(stdin) }),
  });
  if (!result.success) throw new Error(result.stderr.toString());
  return result.stdout.toString().trim();
}

function commitAll(): void {
  git(["add", "--all"]);
  git(["commit", "--quiet", "--message", "change"]);
}

/** Commits a tree that is too large for any checkout. */
function commitTree(tree: string): void {
  git(["update-ref", "refs/heads/main", git(["commit-tree", tree, "-m", "bomb"])]);
}

/** Returns the size of everything below the copies' folder, bytes. */
function onDisk(): number {
  const copies = join(folder, "copies");
  if (!existsSync(copies)) return 0;
  return readdirSync(copies, { recursive: true })
    .map((name) => statSync(join(copies, String(name))))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

const start = (limits: Partial<SourceLimits>, uri = `git+file://${repository}`, inner = "") =>
  startRegistry({
    configured: [{ name: "remote", uri, ...(inner !== "" && { folder: inner }) }],
    copies: join(folder, "copies"),
    limits,
  });

/** Returns the status of the source after a scan. */
async function look(limits: Partial<SourceLimits>, uri?: string, inner?: string) {
  await using found = await start(limits, uri, inner);
  await found.registry.refresh();
  const [source] = found.registry.sources();
  return { state: source?.state, error: source?.error, tasks: source?.tasks };
}

describe("a repository", () => {
  test("that unpacks to much more than it sends is rejected before it is unpacked", async () => {
    writeTask(join(repository, "add"), { label: "add" });
    // 12 MB that compress to some 12 kB.
    writeFileSync(join(repository, "zeros"), new Uint8Array(12 * MEGABYTE));
    commitAll();
    expect(await look({ maxBytes: 4 * MEGABYTE })).toEqual({
      state: "unavailable",
      error: "The files of the repository have more than 4MB (registry.max_source_size)",
      tasks: 0,
    });
    expect(onDisk()).toBeLessThan(MEGABYTE);
    expect(await look({ maxBytes: 16 * MEGABYTE })).toMatchObject({ state: "current", tasks: 1 });
  });

  test("that exceeds the limits only outside the chosen folder is accepted", async () => {
    writeTask(join(repository, "tasks", "add"), { label: "add" });
    writeFileSync(join(repository, "zeros"), new Uint8Array(6 * MEGABYTE));
    commitAll();
    const limits = { maxBytes: 4 * MEGABYTE, maxFiles: 10 };
    expect(await look(limits, undefined, "tasks")).toEqual({ state: "current", error: null, tasks: 1 });
    // Only the folder is written.
    expect(onDisk()).toBeLessThan(2 * MEGABYTE);
  });

  test("with one file in a million places is rejected without a million steps", async () => {
    // Ten levels of ten: each object exists once, so that the pack has less than 10 kB.
    let tree = git(["mktree"], `100644 blob ${git(["hash-object", "-w", "--stdin"], "x")}\tfile\n`);
    for (let level = 0; level < 10; level++) {
      tree = git(["mktree"], Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\t${i}\n`).join(""));
    }
    commitTree(tree);
    const refused = await look({ maxFiles: 500 });
    expect(refused).toEqual({
      state: "unavailable",
      error: "The repository has more than 500 files and folders (registry.max_source_files)",
      tasks: 0,
    });
    expect((await look({ maxFiles: 100_000, maxBytes: MEGABYTE })).error).toContain("registry.max_source_size");
    expect(onDisk()).toBeLessThan(MEGABYTE);
  });

  test("with trees that contain nothing but trees is rejected as well", async () => {
    let tree = git(["mktree"], "");
    for (let level = 0; level < 12; level++) {
      tree = git(["mktree"], Array.from({ length: 8 }, (_, i) => `040000 tree ${tree}\t${i}\n`).join(""));
    }
    commitTree(tree);
    expect((await look({ maxFiles: 500 })).error).toContain("more than 500 files and folders");
  });

  test("with a path that is too long is rejected", async () => {
    let tree = git(["mktree"], `100644 blob ${git(["hash-object", "-w", "--stdin"], "x")}\tfile\n`);
    for (let level = 0; level < 12; level++) tree = git(["mktree"], `040000 tree ${tree}\t${"d".repeat(100)}\n`);
    commitTree(tree);
    expect((await look({})).error).toContain("a path of more than 1kB");
  });

  test("whose pack is too large is stopped during the transfer", async () => {
    writeFileSync(join(repository, "noise"), crypto.getRandomValues(new Uint8Array(65_536)));
    for (let i = 0; i < 8; i++) {
      const noise = new Uint8Array(MEGABYTE);
      for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
      writeFileSync(join(repository, `noise${i}`), noise);
    }
    commitAll();
    expect((await look({ maxBytes: 2 * MEGABYTE })).error).toBe(
      "The packed files of the repository have more than 2MB (registry.max_source_size)",
    );
    expect(onDisk()).toBeLessThan(MEGABYTE);
  });

  test("that grows beyond the limit keeps its last copy in use", async () => {
    writeTask(join(repository, "add"), { label: "add" });
    commitAll();
    await using found = await start({ maxBytes: 4 * MEGABYTE });
    await found.registry.refresh();
    writeFileSync(join(repository, "zeros"), new Uint8Array(6 * MEGABYTE));
    commitAll();
    await found.registry.refresh();
    expect(found.registry.sources()[0]).toMatchObject({ state: "stale", tasks: 1 });
    expect((await found.registry.open(uuidOf("add"), null)).version.version).toBe("1.0.0");
    expect(onDisk()).toBeLessThan(MEGABYTE);
  });

  test("that changes often does not pile up on disk", async () => {
    writeTask(join(repository, "add"), { label: "add" });
    await using found = await start({ maxBytes: MEGABYTE });
    for (let i = 0; i < 5; i++) {
      const noise = new Uint8Array(400_000);
      for (let at = 0; at < noise.length; at += 50_000) crypto.getRandomValues(noise.subarray(at, at + 50_000));
      writeFileSync(join(repository, "noise"), noise);
      commitAll();
      await found.registry.refresh();
      expect(found.registry.sources()[0]).toMatchObject({ state: "current", tasks: 1 });
      expect(onDisk()).toBeLessThan(2.5 * MEGABYTE);
    }
  });
});

describe("an index", () => {
  /** Returns an archive of about this many bytes, which do not compress. */
  function large(label: string, bytes: number): Uint8Array {
    const noise = Array.from({ length: Math.ceil(bytes / 32) }, () => crypto.randomUUID()).join("");
    return zip({ ...taskFiles({ label }), "noise.txt": noise });
  }

  test("whose archives are too large in total is rejected, and the fetched ones are removed", async () => {
    using server = startIndexServer();
    const archive = large("one", 300_000);
    server.put("one.zip", archive);
    const limits = { maxBytes: Math.ceil(archive.byteLength * 2.5) };
    await using found = await start(limits, server.url);
    await found.registry.refresh();
    expect(found.registry.sources()[0]).toMatchObject({ state: "current", tasks: 1 });
    const before = onDisk();
    for (const label of ["two", "three", "four"]) server.put(`${label}.zip`, large(label, 300_000));
    await found.registry.refresh();
    const [source] = found.registry.sources();
    expect(source).toMatchObject({ state: "stale", tasks: 1 });
    expect(source?.error).toMatch(/^The archives of the index have more than \d+\w+ \(registry\.max_source_size\)$/);
    expect(onDisk()).toBe(before);
    server.remove("three.zip");
    server.remove("four.zip");
    await found.registry.refresh();
    expect(found.registry.sources()[0]).toMatchObject({ state: "current", tasks: 2 });
  });

  test("with too many archives is rejected before any is fetched", async () => {
    using server = startIndexServer();
    for (const label of ["one", "two", "three"]) server.putTask(`${label}.zip`, { label });
    expect(await look({ maxFiles: 2 }, server.url)).toMatchObject({
      state: "unavailable",
      error: "The index has more than 2 archives (registry.max_source_files)",
    });
    expect(server.seen.some((line) => line.includes(".zip"))).toBe(false);
  });

  test("stops an endless archive at the limit of one archive", async () => {
    let sent = 0;
    const stopped = Promise.withResolvers<void>();
    using endless = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        if (request.url.endsWith(".json")) {
          return Response.json({ tasks: [{ url: "a.zip", sha256: "0".repeat(64) }] });
        }
        return new Response(
          new ReadableStream({
            pull(controller) {
              sent += MEGABYTE;
              controller.enqueue(new Uint8Array(MEGABYTE));
            },
            cancel: () => stopped.resolve(),
          }),
        );
      },
    });
    const { error } = await look({ maxBytes: 4 * MEGABYTE }, `http://127.0.0.1:${endless.port}/index.json`);
    expect(error).toContain("larger than the limit of 4MB");
    await stopped.promise;
    expect(sent).toBeLessThan(64 * MEGABYTE);
    expect(onDisk()).toBeLessThan(MEGABYTE);
  });
});
