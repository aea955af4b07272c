/** `build.ts`: when it builds, what it builds, and how it runs what it built. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeToyProject, type ToyProject } from "./toy-project.ts";

const RUN = ["--if-stale", "--run", "--"];
const BUILT = /^building dist\/ratchet \.\.\.\nbuilt dist\/ratchet, \d+ MB, in \d+ ms\n$/;

let project: ToyProject;
beforeAll(() => {
  project = makeToyProject();
});
afterAll(() => project[Symbol.dispose]());

const binary = () => join(project.root, "dist/ratchet");

describe("building when something changed", () => {
  test("a missing executable is built by one, and run by all that wait for it; its output alone is on stdout", async () => {
    const runs = await Promise.all(
      ["1", "2", "3"].map((label) => project.build([...RUN, "--label", label, "a b", "--", "*", "$HOME", ""])),
    );
    expect(runs.map((run) => run.exitCode)).toEqual([0, 0, 0]);
    expect(runs.map((run) => JSON.parse(run.stdout))).toEqual(
      ["1", "2", "3"].map((label) => ({
        args: ["--label", label, "a b", "--", "*", "$HOME", ""],
        answer: 41,
        generated: "generated",
        environment: ["undefined", "undefined"],
        worker: "hello back",
      })),
    );
    const reports = runs.map((run) => run.stderr).sort();
    expect(reports).toEqual(["", "", expect.stringMatching(BUILT)]);
  });

  test("nothing is said or built when nothing changed", async () => {
    const before = readFileSync(binary());
    const run = await project.build([...RUN, "exit", "0"]);
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(binary()).equals(before)).toBe(true);
  });

  test("a source that was only touched is no change", async () => {
    utimesSync(join(project.root, "src/answer.ts"), new Date(), new Date());
    expect((await project.build([...RUN, "exit", "0"])).stderr).toBe("");
  });

  test("a killed build of another source leaves the old executable whole", async () => {
    const before = readFileSync(binary());
    project.write("src/answer.ts", "export const answer = 43;\n");
    const child = project.start([]);
    await child.stderr.getReader().read(); // it has the lock and builds
    child.kill("SIGKILL");
    await child.exited;
    expect(readFileSync(binary()).equals(before)).toBe(true);
  });

  test("the next one builds, once, with the new source in the executable", async () => {
    const run = await project.build([...RUN]);
    expect(run.stderr).toMatch(BUILT);
    expect(JSON.parse(run.stdout).answer).toBe(43);
    expect((await project.build([...RUN, "exit", "0"])).stderr).toBe("");
  });
});

describe("becoming the executable", () => {
  test("passes the exit code on", async () => {
    expect((await project.build([...RUN, "exit", "7"])).exitCode).toBe(7);
  });

  test("passes stdin on", async () => {
    expect((await project.build([...RUN, "cat"], { stdin: "a\nb" })).stdout).toBe("a\nb");
  });

  for (const [signal, exitCode] of [
    ["SIGTERM", 99],
    ["SIGKILL", 137],
  ] as const) {
    test(`passes ${signal} on`, async () => {
      const child = project.start([...RUN, "wait"]);
      const reader = child.stdout.getReader();
      expect(new TextDecoder().decode((await reader.read()).value)).toBe("ready\n");
      child.kill(signal);
      expect(await child.exited).toBe(exitCode);
    });
  }

  test("reads no .env and no bunfig.toml of the folder it is started in", async () => {
    const folder = join(project.root, "elsewhere");
    mkdirSync(folder);
    writeFileSync(join(folder, ".env"), "FROM_DOTENV=yes\n");
    writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
    writeFileSync(join(folder, "preload.ts"), "globalThis.preloaded = true;\n");
    const run = Bun.spawnSync([binary()], { cwd: folder, env: {} });
    expect(run.stderr.toString()).toBe("");
    expect(JSON.parse(run.stdout.toString()).environment).toEqual(["undefined", "undefined"]);
  });
});

describe("what is inside", () => {
  const DATED = { SOURCE_DATE_EPOCH: "1700000000" };
  const info = async () => JSON.parse((await project.build(["--if-stale", "--run", "--", "info"])).stdout);
  const { version } = JSON.parse(readFileSync(join(import.meta.dir, "../../package.json"), "utf8"));
  const git = (...args: string[]) => {
    const run = Bun.spawnSync(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", ...args], {
      cwd: project.root,
    });
    if (!run.success) throw new Error(run.stderr.toString());
    return run.stdout.toString().trim();
  };
  afterAll(() => rmSync(join(project.root, ".git"), { recursive: true }));

  test("no commit without a repository, and the date of the build", async () => {
    expect(await info()).toEqual([version, "unknown", expect.stringMatching(/^\d{4}-\d\d-\d\dT/)]);
  });

  test("a build that is asked for is made in any case: with version, commit and date, and nothing beside it", async () => {
    writeFileSync(join(project.root, ".gitignore"), "dist/\nnode_modules\n");
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "first");
    // Left by one that was killed.
    project.write("dist/.build-killed/ratchet", "half of it");
    const run = await project.build([], { env: DATED });
    expect(run.stderr).toMatch(BUILT);
    const names = readdirSync(join(project.root, "dist")).sort();
    expect(names).toEqual([".build-lock.sqlite", "generated", "ratchet", "ratchet.stamp.json"]);
    expect(await info()).toEqual([version, git("rev-parse", "HEAD"), "2023-11-14T22:13:20.000Z"]);
  });

  test("the same bytes for the same sources and date", async () => {
    const first = readFileSync(binary());
    await project.build([], { env: DATED });
    expect(readFileSync(binary()).equals(first)).toBe(true);
  });

  test("that something changed since the commit", async () => {
    writeFileSync(join(project.root, "notes.txt"), "");
    await project.build([]);
    expect((await info())[1]).toBe(`${git("rev-parse", "HEAD")}-dirty`);
  });
});

describe("what goes wrong", () => {
  test("a source that does not parse: the place is named, the old executable stays", async () => {
    const before = readFileSync(binary());
    project.write("src/answer.ts", "export const answer = 1;\nexport const = 2;\n");
    const run = await project.build([...RUN]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain("src/answer.ts:2: ");
    expect(readFileSync(binary()).equals(before)).toBe(true);
    project.write("src/answer.ts", "export const answer = 45;\n");
  });

  test("two Workers of one name", async () => {
    project.write("src/other/greet-worker.ts", "export {};\n");
    const run = await project.build([]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("two Workers are called greet-worker.ts");
    rmSync(join(project.root, "src/other"), { recursive: true });
  });

  test("a platform that does not exist", async () => {
    const run = await project.build(["--target", "amiga"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('--target takes "all" or: linux-x64, ');
    expect(existsSync(join(project.root, "dist/release"))).toBe(false);
  });

  test("an unknown option", async () => {
    const run = await project.build(["--if-stal"]);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain("--if-stal");
  });
});
