import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfiguredSource } from "../../src/config/source-place.ts";
import { newFolder, remove, startRegistry, uuidOf, writeTask } from "./harness.ts";

let folder = "";
let repository = "";
beforeEach(() => {
  folder = newFolder();
  repository = join(folder, "repository");
  git("init", "--quiet", "--initial-branch=main", repository);
});
afterEach(() => remove(folder));

function git(...args: string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  const cwd = existsSync(repository) ? repository : folder;
  const result = Bun.spawnSync(["git", ...identity, ...args], { cwd });
  if (!result.success) throw new Error(result.stderr.toString());
  return result.stdout.toString().trim();
}

function commit(options: Parameters<typeof writeTask>[1], inFolder = "tasks"): string {
  writeTask(join(repository, inFolder, options.label), options);
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
  return git("rev-parse", "HEAD");
}

async function start(more: Partial<ConfiguredSource> = {}) {
  const configured = [{ name: "git", uri: `git+file://${repository}`, folder: "tasks", ...more }];
  const found = await startRegistry({ configured, copies: join(folder, "copies") });
  await found.registry.refresh();
  return found;
}

test("uses the newest commit of the default branch, and follows it", async () => {
  const first = commit({ label: "add" });
  await using found = await start();
  expect(found.registry.sources()[0]).toMatchObject({ state: "current", kind: "git", revision: first, tasks: 1 });
  const second = commit({ label: "add", version: "2.0.0" });
  await found.registry.refresh("git");
  expect(found.registry.sources()[0]).toMatchObject({ revision: second });
  const opened = await found.registry.open(uuidOf("add"), null);
  expect(opened.version.version).toBe("2.0.0");
  expect((await opened.task.program()).code).toContain("sum");
});

test("accepts a branch, a tag, a subfolder", async () => {
  commit({ label: "add", version: "1.0.0" });
  git("tag", "v1");
  git("checkout", "--quiet", "-b", "next/two");
  commit({ label: "add", version: "2.0.0" });
  git("checkout", "--quiet", "main");
  commit({ label: "other" }, "more/tasks");
  const versionsOf = async (more: Partial<ConfiguredSource>) => {
    await using found = await start(more);
    return found.registry.tasks().map(([newest]) => `${newest?.label} ${newest?.version}`);
  };
  expect(await versionsOf({ tag: "v1" })).toEqual(["add 1.0.0"]);
  expect(await versionsOf({ branch: "next/two" })).toEqual(["add 2.0.0"]);
  expect(await versionsOf({ folder: "more/tasks" })).toEqual(["other 1.0.0"]);
});

test("serves its last copy while the repository is gone, in this process and the next", async () => {
  commit({ label: "add" });
  await using found = await start();
  remove(repository);
  await found.registry.refresh();
  expect(found.registry.sources()[0]).toMatchObject({ state: "stale", tasks: 1 });
  await using next = await start();
  expect(next.registry.sources()[0]).toMatchObject({ state: "stale", tasks: 1 });
  expect((await next.registry.open(uuidOf("add"), null)).version.version).toBe("1.0.0");
});

test("discards a damaged copy of an earlier process and fetches it again", async () => {
  const newest = commit({ label: "add" });
  await (await start())[Symbol.asyncDispose]();
  const [copy = ""] = readdirSync(join(folder, "copies"));
  const program = join(folder, "copies", copy, newest, "tasks", "add", "main.js");
  writeFileSync(program, "");
  const configured = [{ name: "git", uri: `git+file://${repository}`, folder: "tasks" }];
  await using found = await startRegistry({ configured, copies: join(folder, "copies") });
  expect(found.synced[0]).toEqual([]);
  await found.until((tasks) => tasks.length === 1);
  expect((await (await found.registry.open(uuidOf("add"), null)).task.program()).code).toContain("sum");
});

test("reports a repository without tasks by its address", async () => {
  commit({ label: "add" });
  await using found = await start({ folder: "" });
  expect(found.registry.sources()[0]?.error).toStartWith(`git+file://${repository}@`);
});

test("reports a missing branch or folder, with git's own message", async () => {
  commit({ label: "add" });
  await using branch = await start({ branch: "nowhere" });
  expect(branch.registry.sources()[0]).toMatchObject({ state: "unavailable" });
  expect(branch.registry.sources()[0]?.error).toContain("nowhere");
  await using inside = await start({ folder: "elsewhere" });
  expect(inside.registry.sources()[0]?.error).toContain("elsewhere");
});

test("gives up on a server that never responds, and ends all processes that git started", async () => {
  const arrived = Promise.withResolvers<void>();
  let open = 0;
  let allClosed = () => {};
  using deaf = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data() {},
      open() {
        open += 1;
        arrived.resolve();
      },
      close() {
        open -= 1;
        if (open === 0) allClosed();
      },
    },
  });
  const uri = `git+http://127.0.0.1:${deaf.port}/x.git`;
  await using found = await startRegistry({
    configured: [{ name: "git", uri }],
    copies: join(folder, "copies"),
    timeoutMs: 500,
  });
  await arrived.promise;
  await found.registry.refresh();
  expect(found.registry.sources()[0]).toMatchObject({
    state: "unavailable",
    error: "it took longer than 500ms (registry.timeout)",
  });
  // The helper that held the connection is gone.
  await new Promise<void>((resolve) => {
    allClosed = resolve;
    if (open === 0) resolve();
  });
});

test("does not pass on variables that make git use another repository", async () => {
  commit({ label: "add" });
  const before = process.env.GIT_DIR;
  process.env.GIT_DIR = join(folder, "elsewhere");
  try {
    await using found = await start();
    expect(found.registry.sources()[0]).toMatchObject({ state: "current", tasks: 1 });
  } finally {
    if (before === undefined) delete process.env.GIT_DIR;
    else process.env.GIT_DIR = before;
  }
});

test("does not follow a link in the repository", async () => {
  writeTask(join(repository, "tasks", "sly"), { label: "sly" });
  remove(join(repository, "tasks", "sly", "main.js"));
  writeFileSync(join(folder, "secret.js"), "() => 'secret'");
  symlinkSync(join(folder, "secret.js"), join(repository, "tasks", "sly", "main.js"));
  commit({ label: "add" });
  await using found = await start();
  expect(found.registry.versions(uuidOf("add"))).toHaveLength(1);
  const problems = await found.registry.validate(uuidOf("sly"), null);
  expect(JSON.stringify(problems)).not.toContain("secret'");
  expect(problems.some(({ severity }) => severity === "error")).toBe(true);
});

test("rejects addresses that would run commands", async () => {
  const mark = join(folder, "mark");
  for (const uri of [`git+ext::sh -c touch% ${mark}`, `git+--upload-pack=touch ${mark}`, `git+-u:touch ${mark}`]) {
    await expect(start({ uri })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  }
  expect(existsSync(mark)).toBe(false);
});
