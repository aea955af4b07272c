import { describe, expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RATCHET, ratchet, temporaryFolder } from "../support/ratchet.ts";

/** A stranger's task whose schema has commands of a shell in its names and values. */
const HOSTILE = `export const input = { type: "object", properties: {
  "$(touch\${IFS}ran1)": {}, "\`touch\${IFS}ran2\`": {}, "x;touch ran3": {}, "line\\nbreak": {},
  good: { enum: ["plain", "$(touch\${IFS}ran4)"] }, loud: { type: "boolean", default: true },
} };
export default (input) => input;
`;

const SHELLS = {
  bash: ["bash", "-n"],
  zsh: ["zsh", "-n"],
  fish: ["fish", "--no-execute"],
  powershell: ["pwsh", "-NoProfile", "-Command", "[void][ScriptBlock]::Create((Get-Content -Raw $args[0]))", "-args"],
} as const;

async function script(shell: string): Promise<string> {
  const run = await ratchet(["completions", shell]);
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  return run.stdout;
}

/** What bash offers for a command line; the last word is the one that is completed. */
async function bashOffers(...words: string[]): Promise<string[]> {
  return bashOffersIn(join(import.meta.dir, "../.."), ...words);
}

async function bashOffersIn(cwd: string, ...words: string[]): Promise<string[]> {
  const list = words.map((word) => `'${word}'`).join(" ");
  const code = `${await script("bash")}
    COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}
    _ratchet; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = Bun.spawnSync(["bash", "-c", code], { cwd });
  expect(run.stderr.toString()).toBe("");
  return run.stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

describe("completions", () => {
  test.each(Object.entries(SHELLS))("%s: the script parses", async (shell, check) => {
    const text = await script(shell);
    expect(text).toContain("run-once");
    expect(text).toContain("input-json");
    if (Bun.which(check[0]) === null) return;
    using folder = temporaryFolder();
    const file = join(folder.path, "script");
    writeFileSync(file, text);
    const run = Bun.spawnSync([...check, file]);
    expect(run.stderr.toString()).toBe("");
    expect(run.exitCode).toBe(0);
  });

  test("bash: offers commands, options, choices and files", async () => {
    expect(await bashOffers("ratchet", "r")).toEqual(["run", "run-once", "replay", "repo"]);
    expect(await bashOffers("ratchet", "config", "")).toEqual(["show", "validate", "generate", "schema"]);
    expect(await bashOffers("ratchet", "run-once", "--inp")).toEqual([
      "--input",
      "--input-json",
      "--input-file",
      "--input-format",
    ]);
    expect(await bashOffers("ratchet", "run-once", "--no-p")).toEqual(["--no-pretty"]);
    expect(await bashOffers("ratchet", "run-once", "--from-fs", "tasks/add")).toEqual(["tasks/addition"]);
    expect(await bashOffers("ratchet", "run-once", "--log-level", "w")).toEqual(["warn"]);
    expect(await bashOffers("ratchet", "run-once", "--log-level", "=", "w")).toEqual(["warn"]);
    expect(await bashOffers("ratchet", "run-once", "--log-level", "=")).toHaveLength(5);
    expect(await bashOffers("ratchet", "run-once", "--timeout", "")).toEqual([]);
    expect(await bashOffers("ratchet", "completions", "")).toEqual(["bash", "zsh", "fish", "powershell", "task"]);
    expect(await bashOffers("ratchet", "help", "exi")).toEqual(["exit-codes"]);
    expect(await bashOffers("ratchet", "--vers")).toEqual(["--version"]);
  });

  test("bash: offers the options of a task behind its path", async () => {
    expect(await bashOffers(RATCHET, "run", "tasks/addition", "")).toEqual(["--num1", "--num2"]);
    expect(await bashOffers(RATCHET, "run", "--timeout", "5s", "tasks#greeting", "--na")).toEqual(["--name"]);
    expect(await bashOffers(RATCHET, "run", "tasks/add")).toEqual(["tasks/addition"]);
    expect(await bashOffers(RATCHET, "run", "--inp")).toEqual([
      "--input",
      "--input-json",
      "--input-file",
      "--input-format",
    ]);
    expect(await bashOffers(RATCHET, "run", "/no/such/task", "--inp")).toContain("--input");
    expect(await bashOffers(RATCHET, "run", "tasks/addition", "--inp")).toEqual([]);
    expect(await bashOffers(RATCHET, "run", "tasks/greeting", "--language", "")).toEqual(["de", "en", "es", "fr"]);
  });

  test("bash: words in quotes lead to the task, and nothing in its schema becomes a command", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "my task.js"), HOSTILE);
    const offers = (...words: string[]) => bashOffersIn(folder.path, RATCHET, "run", ...words);
    expect(await offers("my\\ task.js", "--")).toEqual(["--good", "--loud", "--no-loud"]);
    expect(await offers('"my task.js"', "--good", "")).toEqual(["plain"]);
    expect(readdirSync(folder.path)).toEqual(["my task.js"]);
  });

  test.if(Bun.which("fish") !== null)("fish: offers the same", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "my task.js"), HOSTILE);
    const offers = async (line: string) => {
      const run = Bun.spawnSync(["fish", "--no-config", "-c", `source $argv[1]; complete -C $argv[2]`, file, line], {
        cwd: folder.path,
        env: { HOME: folder.path, PATH: `${dirname(RATCHET)}:${process.env.PATH ?? ""}`, TERM: "dumb" },
      });
      expect(run.stderr.toString()).toBe("");
      return run.stdout
        .toString()
        .split("\n")
        .map((offer) => offer.split("\t")[0] ?? "")
        .filter((offer) => offer !== "");
    };
    const file = join(folder.path, "ratchet.fish");
    writeFileSync(file, await script("fish"));
    expect((await offers("ratchet r")).sort()).toEqual(["replay", "repo", "run", "run-once"]);
    expect((await offers("ratchet config ")).sort()).toEqual(["generate", "schema", "show", "validate"]);
    expect((await offers("ratchet run-once --inp")).sort()).toEqual([
      "--input",
      "--input-file",
      "--input-format",
      "--input-json",
    ]);
    expect((await offers("ratchet run-once --log-level w")).sort()).toEqual(["warn"]);
    expect((await offers("ratchet completions ")).sort()).toEqual(["bash", "fish", "powershell", "task", "zsh"]);
    const own = ["--good", "--loud", "--no-loud"];
    expect((await offers("ratchet run my\\ task.js --")).sort()).toEqual(own);
    expect((await offers("ratchet watch --timeout 5s my\\ task.js --")).sort()).toEqual(own);
    expect(await offers("ratchet run my\\ task.js --good ")).toEqual(["plain"]);
    const files = readdirSync(folder.path).filter((name) => !name.startsWith("."));
    expect(files.sort()).toEqual(["my task.js", "ratchet.fish"]);
  });

  test.if(Bun.which("zsh") !== null)(
    "zsh: the functions are defined without a complaint",
    async () => {
      using folder = temporaryFolder();
      writeFileSync(join(folder.path, "_ratchet"), await script("zsh"));
      const code = `fpath=(${folder.path} $fpath); autoload -Uz compinit; compinit -u -d ${folder.path}/dump; print -r -- $_comps[ratchet]; autoload +X _ratchet && print loaded`;
      const run = Bun.spawnSync(["zsh", "-f", "-c", code]);
      expect(run.stderr.toString()).toBe("");
      expect(run.stdout.toString()).toBe("_ratchet\nloaded\n");
    },
    120_000,
  );

  test.if(Bun.which("zsh") !== null)("zsh: offers the options of a task behind its path", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "my task.js"), HOSTILE);
    writeFileSync(join(folder.path, "_ratchet"), await script("zsh"));
    // Completion functions work only inside a completion, so what they call is replaced.
    const code = `compdef() { }; compadd() { shift; print -rl -- "$@" }; _arguments() { print own }; _files() { print files }
      source ./_ratchet
      offers() { words=("$@"); CURRENT=$#; _ratchet_run; print -r -- . }
      offers run 'my\\ task.js' ''; offers run '"my task.js"' --good ''; offers run ./none ''; offers run ''`;
    const run = Bun.spawnSync(["zsh", "-f", "-c", code], {
      cwd: folder.path,
      env: { HOME: folder.path, PATH: `${dirname(RATCHET)}:${process.env.PATH ?? ""}` },
    });
    expect(run.stderr.toString()).toBe("");
    expect(run.stdout.toString().split("\n")).toEqual([
      "--good",
      "--loud",
      "--no-loud",
      ".",
      "plain",
      ".",
      "own",
      ".",
      "own",
      ".",
      "",
    ]);
    expect(readdirSync(folder.path).sort()).toEqual(["_ratchet", "my task.js"]);
  });
});
