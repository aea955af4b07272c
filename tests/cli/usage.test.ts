import { describe, expect, test } from "bun:test";
import { ROOT } from "../../src/cli/commands/root.ts";
import {
  COMMON_OPTIONS,
  type CommandDefinition,
  type SubCommands,
  summaryOf,
} from "../../src/cli/framework/command.ts";
import { EXIT_CODE_MEANINGS } from "../../src/cli/framework/exit-codes.ts";
import { parseArguments } from "../../src/cli/framework/parse-arguments.ts";
import { ratchet } from "../support/ratchet.ts";

/** Every command with its words and the summary that lists show. */
async function allCommands(
  nodes: SubCommands,
  path: string[] = [],
): Promise<{ path: string[]; summary: string; command: CommandDefinition }[]> {
  const found = await Promise.all(
    Object.entries(nodes).map(async ([name, node]) => {
      const own = [...path, name];
      if (typeof node !== "function") return allCommands(node.subCommands, own);
      return [{ path: own, summary: summaryOf(node), command: await node() }];
    }),
  );
  return found.flat();
}

const commands = await allCommands(ROOT.subCommands);

describe("every command", () => {
  test.each(commands)("$path: its definition agrees with itself", ({ path, summary, command }) => {
    expect(command.meta.name).toBe(path.join(" "));
    expect(command.meta.description).toBe(summary);
    expect(command.meta.examples.length).toBeGreaterThan(0);
    const known = Object.keys({ ...COMMON_OPTIONS, ...command.args });
    for (const option of Object.values(command.args)) {
      if (option.type === "positional") continue;
      for (const other of option.excludes ?? []) expect(known).toContain(other);
      for (const needed of [option.needs ?? []].flat()) expect(Object.keys(command.args)).toContain(needed);
    }
  });

  test.each(commands)("$path: its examples are command lines that it accepts", ({ path, command }) => {
    for (const [line] of command.meta.examples) {
      const inner = /<\((.*)\)/.exec(line)?.[1] ?? line;
      const words = inner.replace(/ (?:[<>|]|&&).*$/, "").match(/'[^']*'|\S+/g) ?? [];
      const args = words.map((word) => word.replace(/^'(.*)'$/, "$1")).slice(1);
      if (args[0] === "--version") args[0] = "version";
      expect(args.slice(0, path.length)).toEqual(path);
      expect(() => parseArguments(command, args.slice(path.length))).not.toThrow();
    }
  });

  test.each(commands)("$path: --help is on stdout, with every option and example", async ({ path, command }) => {
    const run = await ratchet([...path, "--help"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    for (const [name, { type }] of Object.entries(command.args)) {
      expect(run.stdout).toContain(type === "positional" ? name.toUpperCase() : `--${name}`);
    }
    for (const [line] of command.meta.examples) expect(run.stdout).toContain(line);
    expect(Math.max(...run.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe("help", () => {
  test("lists the commands without loading or running one", async () => {
    const run = await ratchet(["--help"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    for (const name of Object.keys(ROOT.subCommands)) expect(run.stdout).toContain(`  ${name}`);
    expect(await ratchet(["help"])).toEqual(run);
    expect(await ratchet(["-h"])).toEqual(run);
  });

  test("about a command or a group is the same in both spellings", async () => {
    expect(await ratchet(["help", "run-once"])).toEqual(await ratchet(["run-once", "-h"]));
    expect(await ratchet(["help", "config"])).toEqual(await ratchet(["config", "--help"]));
    expect(await ratchet(["help", "config", "show"])).toEqual(await ratchet(["config", "show", "--help"]));
  });

  test("is given whatever else stands on the line", async () => {
    const run = await ratchet(["run-once", "--no-such-option", "--help"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("prints the exit codes", async () => {
    const run = await ratchet(["help", "exit-codes"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    for (const [code, meaning] of EXIT_CODE_MEANINGS) expect(run.stdout).toContain(`${code}  ${meaning}`);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130, 141, 143]) {
      expect(run.stdout).toMatch(new RegExp(`^ +${code}  `, "m"));
    }
  });
});

describe("wrong usage ends with 2, says why on stderr, and prints nothing", () => {
  test.each([
    [["run-onc"], "error: unknown command run-onc.\nhint: Did you mean run-once?\n"],
    [["rnu-once"], "error: unknown command rnu-once.\nhint: Did you mean run-once?\n"],
    [["qqqq"], "error: unknown command qqqq.\nhint: `ratchet --help` lists the commands.\n"],
    [["__proto__"], "error: unknown command __proto__.\nhint: `ratchet --help` lists the commands.\n"],
    [["--versoin"], "error: unknown option --versoin.\nhint: Did you mean --version?\n"],
    [["config", "shwo"], "error: unknown command config shwo.\nhint: Did you mean config show?\n"],
    [["generate", "tsak"], "error: unknown command generate tsak.\nhint: Did you mean generate task?\n"],
    [["help", "exit-code"], 'error: help: there is no topic "exit-code".\nhint: Did you mean exit-codes?\n'],
    [["run-once"], "error: run-once: --from-fs is missing.\nhint: Add --from-fs PATH.\n"],
    [
      ["run-once", "--from-fs", "x", "--inputjson", "{}"],
      "error: run-once: unknown option --inputjson.\nhint: Did you mean --input-json?\n",
    ],
    [
      ["run-once", "--from-fs", "x", "--timeout", "soon"],
      'error: run-once: --timeout: "soon" is not a duration.\nhint: Write a number with ms, s, m, h, d or w, such as 300ms, 5s or 1m30s.\n',
    ],
    [
      ["run-once", "--from-fs", "x", "--memory", "64"],
      'error: run-once: --memory: "64" is not a size.\nhint: Write a number with B, kB, MB or GB (1 kB is 1024 bytes), such as 512kB, 64MB or 64M.\n',
    ],
    [
      ["run-once", "--from-fs", "x", "--engine", "v8"],
      'error: run-once: --engine: "v8" is not one of the choices.\nhint: Write one of quickjs.\n',
    ],
    [
      ["run-once", "--from-fs", "x", "--input-json", "{}", "--input-file", "y"],
      "error: run-once: --input-json and --input-file exclude each other.\nhint: Give only one of them.\n",
    ],
    [
      ["run-once", "--from-fs", "x", "--ndjson", "--input-json", "{}"],
      "error: run-once: --input-json and --ndjson exclude each other.\nhint: Give only one of them.\n",
    ],
    [
      ["run-once", "--from-fs", "x", "--envelope"],
      "error: run-once: --envelope works only with --ndjson or --input-format.\nhint: Add --ndjson or --input-format.\n",
    ],
    [
      ["run-once", "--from-fs", "x", "--dry-run", "--record", "y"],
      "error: run-once: --record and --dry-run exclude each other.\nhint: Give only one of them.\n",
    ],
    [
      ["run-once", "--from-fs", "x", "y"],
      'error: run-once: "y" is one word too many.\nhint: `ratchet run-once --help` shows what to write.\n',
    ],
    [["completions"], "error: completions: SHELL is missing.\nhint: Write one of bash, zsh, fish, powershell, task.\n"],
  ])("%j", async (args, stderr) => {
    expect(await ratchet(args)).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("no command at all, or a group without one: the help goes to stderr", async () => {
    for (const args of [[], ["config"], ["generate"]]) {
      const run = await ratchet(args);
      expect(run).toMatchObject({ exitCode: 2, stdout: "" });
      expect(run.stderr).toContain("USAGE ratchet");
    }
  });

  test("as JSON when that is asked for, wherever it stands", async () => {
    const expected = {
      error: {
        code: "USAGE",
        message: "unknown command run-onc.",
        remedy: "Did you mean run-once?",
        exitCode: 2,
      },
    };
    for (const args of [
      ["--error-format", "json", "run-onc"],
      ["--error-format=json", "run-onc"],
      ["run-onc", "--error-format", "json"],
    ]) {
      const run = await ratchet(args);
      expect(run).toMatchObject({ exitCode: 2, stdout: "" });
      expect(run.stderr).toEndWith("}\n");
      expect(JSON.parse(run.stderr)).toEqual(expected);
    }
    const run = await ratchet(["run-onc"], { env: { RATCHET_ERROR_FORMAT: "json" } });
    expect(JSON.parse(run.stderr)).toEqual(expected);
  });
});

describe("--version", () => {
  test("prints the version alone", async () => {
    const run = await ratchet(["--version"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?\n$/);
    expect(await ratchet(["-V"])).toEqual(run);
    expect(await ratchet(["version"])).toEqual(run);
  });

  test("with --json also says what it was built from", async () => {
    const run = await ratchet(["--version", "--json"]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const info = JSON.parse(run.stdout);
    expect(info.commit).toMatch(/^[\da-f]{40}(-dirty)?$|^unknown$/);
    expect(new Date(info.buildDate).getTime()).toBeGreaterThan(0);
    expect(info.bun).toBe(Bun.version);
    expect(info.platform).toBe(`${process.platform}-${process.arch}`);
  });
});
