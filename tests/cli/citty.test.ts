/**
 * Why a strict layer stands before citty: each of these is what citty does by itself. A test that fails here after an
 * update of citty says that a part of the layer can go. See docs/adr/0004-command-line.md.
 */
import { describe, expect, test } from "bun:test";
import { defineCommand, parseArgs, renderUsage, runCommand } from "citty";

const ARGS = {
  path: { type: "string" },
  config: { type: "string" },
  pretty: { type: "boolean" },
} as const;

describe("citty by itself", () => {
  test("takes unknown options", () => {
    expect(parseArgs(["--pth=x"], ARGS)).toMatchObject({ pth: "x" });
  });

  test("keeps one value of an option that is given several times", () => {
    expect(parseArgs(["--path=a", "--path=b"], ARGS)).toMatchObject({ path: "b" });
  });

  test("takes the next option for a value", () => {
    expect(parseArgs(["--path", "--pretty"], ARGS)).toMatchObject({ path: "--pretty" });
  });

  test("takes a number below zero for an option", () => {
    expect(parseArgs(["-5"], ARGS)).toMatchObject({ _: [], "5": true });
  });

  test("lets --no-NAME win wherever it stands, and takes it for a negation of an option with a value", () => {
    expect(parseArgs(["--no-pretty", "--pretty"], ARGS)).toMatchObject({ pretty: false });
    expect(parseArgs(["--no-config"], { ...ARGS, "no-config": { type: "boolean" } })).toMatchObject({ config: false });
  });

  test("takes what every object has for a command", async () => {
    const group = defineCommand({ meta: { name: "group" }, subCommands: { list: defineCommand({ run: () => 0 }) } });
    const run = () => runCommand(group, { rawArgs: ["constructor"] });
    expect(await run()).toEqual({ result: undefined });
  });

  test("loads every command to list a group, and when a command is unknown", async () => {
    let loaded = 0;
    const load = () => {
      loaded += 1;
      return defineCommand({ meta: { name: "list" } });
    };
    const group = defineCommand({ meta: { name: "group" }, subCommands: { list: load, show: load } });
    await renderUsage(group);
    expect(loaded).toBe(2);
    expect(async () => await runCommand(group, { rawArgs: ["lst"] })).toThrow("Unknown command");
    expect(loaded).toBe(4);
  });

  test("drops what a command of a group returns", async () => {
    const group = defineCommand({ subCommands: { list: defineCommand({ run: () => 7 }) } });
    expect(await runCommand(group, { rawArgs: ["list"] })).toEqual({ result: undefined });
  });

  test("ends a process with 1 when the usage is wrong, in colours whatever the stream", async () => {
    const code = `import { defineCommand, runMain } from "citty";
      await runMain(defineCommand({ meta: { name: "make" }, args: { path: { type: "string", required: true } } }), { rawArgs: [] });`;
    const child = Bun.spawn([process.execPath, "-e", code], {
      cwd: `${import.meta.dir}/../..`,
      env: { PATH: process.env.PATH ?? "" },
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(await child.exited).toBe(1);
    expect(await child.stdout.text()).toContain("\u001b[");
  });
});
