import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RATCHET, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const at = (...parts: string[]) => join(folder.path, ...parts);
const init = (...args: string[]) => ratchet(["init", ...args], { cwd: folder.path });

describe("ratchet init", () => {
  test("creates a task that is valid and passes its tests", async () => {
    const run = await init("hello");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain("  hello/main.js\n");
    expect(run.stdout).toContain("  ratchet test hello\n");
    for (const command of ["validate", "test"]) {
      expect(await ratchet([command, "hello"], { cwd: folder.path })).toMatchObject({ exitCode: 0, stderr: "" });
    }
    expect((await ratchet(["run", "hello", "--name", "Ada"], { cwd: folder.path })).stdout).toBe(
      '{"message":"Hello, Ada!"}\n',
    );
  });

  test("takes its answers from flags, and the folder from the label", async () => {
    const run = await init(
      "--label",
      "prices",
      "--template",
      "typescript",
      "--description",
      "Adds.",
      "--yes",
      "--json",
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ path: "prices", label: "prices", template: "typescript" });
    expect(JSON.parse(readFileSync(at("prices", "metadata.json"), "utf8"))).toMatchObject({ description: "Adds." });
  });

  test("fills an empty current folder, and stays in it", async () => {
    mkdirSync(at("empty"));
    const run = await ratchet(["init"], { cwd: at("empty") });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readdirSync(at("empty")).sort()).toEqual([
      "input.schema.json",
      "jsconfig.json",
      "main.js",
      "metadata.json",
      "output.schema.json",
      "ratchet.d.ts",
      "tests",
    ]);
    expect(JSON.parse(readFileSync(at("empty", "metadata.json"), "utf8"))).toMatchObject({ label: "empty" });
  });

  test("changes nothing that exists, and says what to type", async () => {
    const missing = await init();
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toContain("`ratchet init hello`");
    mkdirSync(at("full"));
    writeFileSync(at("full", "a.txt"), "");
    expect(await init("full")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(readdirSync(at("full"))).toEqual(["a.txt"]);
    const template = await init("x", "--template", "typescrpt");
    expect(template).toMatchObject({ exitCode: 2, stdout: "" });
    expect(template.stderr).toContain("typescript");
    expect(existsSync(at("x"))).toBe(false);
  });

  test("names paths as a shell takes them, and asks nothing about a folder that can't be created", async () => {
    expect((await init("my task")).stdout).toEndWith("  ratchet run 'my task' --help\n  ratchet test 'my task'\n");
    expect((await init("--", "-dash")).stdout).toEndWith("  ratchet run ./-dash --help\n  ratchet test ./-dash\n");
    const file = await init("hello.ts");
    expect(file).toMatchObject({ exitCode: 2, stdout: "" });
    expect(file.stderr).toContain("Write `ratchet init hello`, or save a program");
    expect(existsSync(at("hello.ts"))).toBe(false);
    mkdirSync(at("taken", "x"), { recursive: true });
    const child = Bun.spawn([RATCHET, "init", "taken"], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? "", TERM: "dumb", HOME: "/nonexistent" },
      terminal: {},
    });
    // It does not wait for an answer.
    expect(await child.exited).toBe(2);
    child.terminal?.close();
  });

  test("asks on a terminal", async () => {
    const answers = ["asked", "", "no-such", "http", "Calls something."];
    let shown = "";
    const child = Bun.spawn([RATCHET, "init"], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? "", TERM: "dumb", HOME: "/nonexistent" },
      terminal: {
        data: (terminal, data) => {
          shown += new TextDecoder().decode(data);
          // Each question ends with a colon and a space.
          if (shown.endsWith(": ")) terminal.write(`${answers.shift() ?? ""}\n`);
        },
      },
    });
    expect(await child.exited).toBe(0);
    child.terminal?.close();
    expect(shown).toContain("Folder (my-task): ");
    expect(shown).toContain("Label (asked): ");
    expect(shown).toContain("no-such does not exist.");
    expect(JSON.parse(readFileSync(at("asked", "metadata.json"), "utf8"))).toMatchObject({
      label: "asked",
      description: "Calls something.",
      throwHttpErrors: true,
    });
  });

  test("creates nothing when the terminal is closed", async () => {
    const child = Bun.spawn([RATCHET, "init", "closed"], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? "", TERM: "dumb", HOME: "/nonexistent" },
      // Ctrl-D ends the input.
      terminal: { data: (terminal) => terminal.write("\u0004") },
    });
    expect(await child.exited).toBe(130);
    child.terminal?.close();
    expect(existsSync(at("closed"))).toBe(false);
  });
});
