import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TOPICS } from "../../src/cli/commands/help/topics.ts";
import { ROOT } from "../../src/cli/commands/root.ts";
import { ERROR_CODES } from "../../src/domain/errors.ts";
import { GUEST_ERROR_TYPES } from "../../src/domain/guest-errors.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

describe("ratchet help", () => {
  test.each(Object.keys(TOPICS))("%s is a page in the executable", async (name) => {
    const run = await ratchet(["help", name], { cwd: folder.path });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^# .+\n\n\S/);
    expect(run.stdout.length).toBeGreaterThan(1_000);
  });

  test("guest-api has all its sections", async () => {
    const { stdout } = await ratchet(["help", "guest-api"]);
    for (const heading of [
      "The context",
      "Forms of fetch",
      "Modules of Node.js",
      "What a task does not have",
      "Limits",
    ])
      expect(stdout).toContain(`\n## ${heading}\n`);
    expect(stdout).toContain("\n`ECONNREFUSED`\n    nothing listens at that address\n");
    expect(stdout).toContain("`ratchet help tasks`");
    expect(stdout).not.toMatch(/^\||\]\(/m);
  });

  test("errors explains every code and every class", async () => {
    const { stdout } = await ratchet(["help", "errors"]);
    for (const code of ERROR_CODES) expect(stdout).toContain(`\`${code}\``);
    for (const name of Object.keys(GUEST_ERROR_TYPES)) expect(stdout).toContain(`\`${name}`);
  });

  test("names the topics, and the nearest one", async () => {
    const { stdout } = await ratchet(["help", "help"]);
    for (const name of Object.keys(TOPICS)) expect(stdout).toContain(name);
    expect((await ratchet(["help", "recipe"])).stderr).toContain("Did you mean recipes?");
    expect((await ratchet(["help", "zzz"])).stderr).toContain("Topics: tasks, ");
  });
});

describe("ratchet man", () => {
  test("prints pages of the program, of groups and of commands", async () => {
    const root = await ratchet(["man"]);
    expect(root).toMatchObject({ exitCode: 0, stderr: "" });
    for (const name of Object.keys(ROOT.subCommands))
      expect(root.stdout).toContain(`ratchet ${name.replace(/-/g, "\\-")}`);
    expect((await ratchet(["man", "jobs"])).stdout).toContain("ratchet jobs cancel");
    const page = (await ratchet(["man", "run"])).stdout;
    for (const part of [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLES", ".SH EXIT STATUS"]) {
      expect(page).toContain(part);
    }
    expect(page).toContain("\\fB\\-o\\fR, \\fB\\-\\-output\\fR=\\fIFILE\\fR");
    expect((await ratchet(["man", "rnu"])).stderr).toContain("Did you mean run?");
  });

  test.if(Bun.which("groff") !== null)("prints what groff accepts without a warning", async () => {
    for (const words of [[], ["run"], ["jobs"], ["run-once"], ["completions"]]) {
      const { stdout } = await ratchet(["man", ...words]);
      const run = Bun.spawnSync(["groff", "-man", "-Tutf8", "-ww"], { stdin: Buffer.from(stdout) });
      expect(run.stderr.toString()).toBe("");
    }
  });
});

describe("ratchet list", () => {
  test("lists a collection, a task or a file", async () => {
    const all = await ratchet(["list", "tasks"]);
    expect(all).toMatchObject({ exitCode: 0, stderr: "" });
    expect(all.stdout).toMatch(/^task +version +path +description\naddition +1\.0\.0 +tasks\/addition +\S/);
    const one = JSON.parse((await ratchet(["list", "tasks/addition", "--json"])).stdout);
    expect(one).toMatchObject({ tasks: [{ label: "addition", path: "tasks/addition" }], problems: [] });
    writeFileSync(join(folder.path, "a.ts"), "export default () => 1;");
    expect((await ratchet(["list", "a.ts"], { cwd: folder.path })).stdout).toContain("The program a.ts.");
  });

  test("reports the tasks that can't be loaded, and lists the others", async () => {
    const run = await ratchet(["list", "tests/samples"]);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain("tests/samples/broken/metadata.json");
  });
});

describe("ratchet doctor", () => {
  test("finds nothing wrong here", async () => {
    const run = await ratchet(["doctor"], { env: { HOME: folder.path } });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    for (const name of ["version", "configuration", "sandbox", "temporary", "cache", "database", "tasks", "server"]) {
      expect(run.stdout).toMatch(new RegExp(`^(?:ok|note) +${name} `, "m"));
    }
  });

  test("says what is wrong, and what to do", async () => {
    mkdirSync(join(folder.path, "wrong"));
    writeFileSync(join(folder.path, "wrong", "ratchet.yaml"), "timeout: soon\n");
    const run = await ratchet(["doctor", "--json"], { cwd: join(folder.path, "wrong") });
    expect(run.exitCode).toBe(6);
    const { healthy, checks } = JSON.parse(run.stdout);
    expect(healthy).toBe(false);
    expect(checks).toContainEqual(
      expect.objectContaining({ name: "configuration", state: "failed", remedy: expect.any(String) }),
    );
  });
});
