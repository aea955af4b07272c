/** `ratchet validate --types`, with the compiler that this repository has installed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectConfig } from "../../src/task/type-check/project-config.ts";
import { parseDiagnostics, runCompiler } from "../../src/task/type-check/run-compiler.ts";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const at = (...parts: string[]) => join(folder.path, ...parts);
const here = { cwd: folder.path };
const validate = (...args: string[]) => ratchet(["validate", "--types", ...args], here);
function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
}

interface Report {
  valid: boolean;
  tasks: { origin: string; typescript?: string }[];
  problems: { severity: string; file: string; line?: number; column?: number; code?: string; message: string }[];
}

async function reportOf(...paths: string[]): Promise<Report> {
  return JSON.parse((await validate("--json", ...paths)).stdout);
}

/** The places and codes of all problems, in their order. */
async function found(...paths: string[]): Promise<string[]> {
  const { problems } = await reportOf(...paths);
  return problems.map(({ file, line, column, code }) => [file, line, column, code].filter(Boolean).join(":"));
}

beforeAll(async () => {
  write({ "package.json": "{}" });
  mkdirSync(at("node_modules"));
  symlinkSync(join(REPOSITORY, "node_modules/typescript"), at("node_modules/typescript"));
  for (const template of ["typescript", "basic"]) {
    await ratchet(["init", "--yes", "--template", template, `tasks/${template}`], here);
  }
});

test("a compiler that does not finish is killed", async () => {
  write({ "endless/tsc.js": "for (;;);" });
  const { failure } = await runCompiler({ path: at("endless/tsc.js"), version: "5.9.0" }, "tsconfig.json", 300);
  expect(failure?.reason).toBe("did not finish within 300ms.");
});

describe("ratchet validate --types", () => {
  test("finds nothing wrong with new tasks, and says which compiler it asked", async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, "node_modules/typescript/package.json"), "utf8"));
    expect(await reportOf("tasks")).toMatchObject({
      valid: true,
      tasks: [
        { origin: "tasks/basic", typescript: version },
        { origin: "tasks/typescript", typescript: version },
      ],
      problems: [],
    });
    const plain = JSON.parse((await ratchet(["validate", "--json", "tasks"], here)).stdout) as Report;
    expect(plain.tasks[0]).not.toHaveProperty("typescript");
  });

  test("reports errors with their places, in folders, files and members of a collection", async () => {
    write({
      "one.ts": "localStorage.clear();\nexport default (input: { a: number }) => input.b;\n",
      "two.js": "/** @param {Ratchet.Context} context */\nexport default (input, context) => context.secret;\n",
    });
    cpSync(at("tasks"), at("wrong"), { recursive: true });
    write({ "wrong/typescript/words.ts": "export const countWords = (text: string): number => text;\n" });
    const run = await validate("wrong", "one.ts", "two.js");
    expect(run).toMatchObject({ exitCode: 3, stderr: "" });
    expect(run.stdout).toContain(
      "  wrong/typescript/words.ts:1:53: TS2322: Type 'string' is not assignable to type 'number'.\n",
    );
    expect(await found("one.ts", "two.js", "wrong")).toEqual([
      "one.ts:1:1:TS2304",
      "one.ts:2:48:TS2339",
      "two.js:2:44:TS2551",
      "wrong/typescript/words.ts:1:53:TS2322",
    ]);
    expect(await found("wrong#typescript")).toEqual(["wrong/typescript/words.ts:1:53:TS2322"]);
    expect(await found("wrong#basic")).toEqual([]);
  });

  test("reports what no task has once, as an error with the remedy of validate", async () => {
    write({ "page.ts": "export default () => document.title;\n" });
    const { problems } = await reportOf("page.ts");
    expect(problems).toEqual([
      expect.objectContaining({
        severity: "error",
        code: "TS2584",
        message: expect.stringContaining("a task has no page"),
      }),
    ]);
  });

  test("reports a syntax error once", async () => {
    write({ "broken.ts": "export default (input: { a: number }) => {\n" });
    const { problems } = await reportOf("broken.ts");
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toStartWith("Syntax error");
  });

  test("finds errors with a compiler behind a link, as package managers install it", async () => {
    cpSync(join(REPOSITORY, "node_modules/typescript"), at("store/node_modules/typescript"), { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules/@typescript"), at("store/node_modules/@typescript"));
    mkdirSync(at("linked/node_modules"), { recursive: true });
    symlinkSync(at("store/node_modules/typescript"), at("linked/node_modules/typescript"));
    write({ "linked/package.json": "{}", "linked/wrong.ts": "export default (a: number): string => a;\n" });
    expect(await found("linked/wrong.ts")).toEqual(["linked/wrong.ts:1:39:TS2322"]);
  });

  test("accepts every form of a program", async () => {
    const forms = [
      "function main(input) { return input.a; }",
      "const main = (input) => input.a; main;",
      "(function (input) { return input.a; })",
      "module.exports = (input) => input.a;",
      "module.exports = { main: async (input) => (await fetch(input.url)).json() };",
    ];
    write(Object.fromEntries(forms.map((form, index) => [`form${index}.js`, form])));
    expect(await found(...forms.map((_, index) => `form${index}.js`))).toEqual([]);
    write({ "bare.js": "// A program\nfunction (input) { return input.a; }\n" });
    const { valid, problems } = await reportOf("bare.js");
    expect(valid).toBe(true);
    expect(problems[0]).toMatchObject({ severity: "warning", file: "bare.js" });
  });

  test("uses the task's own configuration", async () => {
    cpSync(at("tasks/typescript"), at("own"), { recursive: true });
    write({ "own/main.ts": "export default (input) => document.title + input.a;\n" });
    expect(await found("own")).toEqual(["own/main.ts:1:17:TS7006", "own/main.ts:1:27:TS2584"]);
    write({
      "own/tsconfig.json": `{ // With comments.
        "compilerOptions": { "lib": ["esnext", "dom"], "strict": false, "composite": true, "tsBuildInfoFile": "./x" },
        "include": ["main.ts"] }`,
    });
    expect((await reportOf("own")).problems).toEqual([
      expect.objectContaining({ severity: "warning", message: expect.stringContaining("a task has no page") }),
    ]);
    write({ "own/tsconfig.json": '{ "compilerOptions": { "target": "es1" } }' });
    expect(await found("own")).toContain("own/tsconfig.json:1:34:TS6046");
  });

  test("takes options about output as no errors, and writes nothing wherever they say", async () => {
    cpSync(at("tasks/typescript"), at("output"), { recursive: true });
    write({ "output/main.ts": "export default (input: number): string => input;\n" });
    for (const options of [
      { outDir: "dist" },
      { rootDir: ".", outDir: "dist", declaration: true, declarationDir: "dist/types", isolatedDeclarations: true },
      { sourceMap: true, sourceRoot: "x", mapRoot: "y", outDir: "dist" },
      { inlineSourceMap: true, inlineSources: true, incremental: true, tsBuildInfoFile: "dist/x" },
      { generateTrace: at("traced"), noCheck: true },
      { listFiles: true, explainFiles: true, traceResolution: true, extendedDiagnostics: true },
    ]) {
      write({ "output/tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, ...options } }) });
      const { problems } = await reportOf("output");
      const message = "Type 'number' is not assignable to type 'string'.";
      expect(problems, JSON.stringify(options)).toEqual([expect.objectContaining({ code: "TS2322", message })]);
    }
    expect([existsSync(at("traced")), existsSync(at("output/dist"))]).toEqual([false, false]);
  });

  test("uses a configuration above the task, but for what is about other programs", async () => {
    cpSync(at("tasks/typescript"), at("project/task"), { recursive: true });
    write({
      "project/package.json": "{}",
      "project/tsconfig.json": '{ "compilerOptions": { "lib": ["dom"], "strict": false, "noUnusedLocals": true } }',
      "project/task/main.ts": "const unused = 1;\nexport default (input) => document.title + input.a;\n",
      "project/elsewhere.ts": "const wrong: number = '';\n",
    });
    await Bun.file(at("project/task/tsconfig.json")).delete();
    expect(await found("project/task")).toEqual([
      "project/task/main.ts:1:7:TS6133",
      "project/task/main.ts:2:27:TS2584",
    ]);
  });

  test("runs no code of the task's folder but the compiler's", async () => {
    cpSync(at("tasks/basic"), at("hostile"), { recursive: true });
    write({
      "hostile/bunfig.toml": 'preload = ["./preload.js"]\n',
      "hostile/preload.js": `require("fs").writeFileSync(${JSON.stringify(at("ran"))}, "");\n`,
      "hostile/.env": "BUN_OPTIONS=--preload=./preload.js\n",
    });
    expect((await reportOf("hostile")).tasks[0]?.typescript).toBeDefined();
    expect((await ratchet(["validate", "--types", "."], { cwd: at("hostile") })).stderr).toBe("");
    expect(existsSync(at("ran"))).toBe(false);
  });

  test("says why it can't check, and what to type", async () => {
    using elsewhere = temporaryFolder();
    await ratchet(["init", "--yes", "task"], { cwd: elsewhere.path });
    const missing = await ratchet(["validate", "--types", "task"], { cwd: elsewhere.path });
    expect(missing).toMatchObject({ exitCode: 3, stderr: "" });
    expect(missing.stdout).toContain("the package typescript is not installed next to the task");
    expect(missing.stdout).toContain("`npm install --save-dev typescript` in this folder");
    write({
      "old/node_modules/typescript/package.json": '{ "version": "4.9.5" }',
      "old/node_modules/typescript/lib/tsc.js": "",
      "old/a.ts": "export default () => 1;\n",
      "damaged/node_modules/typescript/package.json": '{ "version": "7.0.0" }',
      "damaged/node_modules/typescript/lib/tsc.js": "throw new Error('half a package');",
      "damaged/a.ts": "export default () => 1;\n",
    });
    expect((await reportOf("old/a.ts")).problems[0]?.message).toContain("typescript 4.9.5 is too old");
    expect((await reportOf("damaged/a.ts")).problems[0]?.message).toContain("half a package");
    await ratchet(["pack", "tasks/basic", "-o", "basic.zip"], here);
    const archive = await validate("basic.zip");
    expect(archive.exitCode).toBe(3);
    expect(archive.stdout).toContain("the task is in an archive");
    expect(archive.stdout).toContain("Check the folder that it was packed from.");
  });
});

test("each version of the compiler gets only options that it knows", () => {
  const program = { folder: at("tasks/typescript"), file: undefined, root: at("tasks") };
  const optionsFor = (version: string) => {
    const { config } = projectConfig(program, at("written"), version);
    const { compilerOptions } = config as { compilerOptions: object };
    return ["isolatedDeclarations", "noCheck"].filter((name) => Object.hasOwn(compilerOptions, name));
  };
  expect(["5.0.4", "5.4.5", "5.5.2", "5.6.0-beta", "6.0.1", "7.0.2"].map(optionsFor)).toEqual([
    ...[[], [], ["isolatedDeclarations"]],
    ...Array.from({ length: 3 }, () => ["isolatedDeclarations", "noCheck"]),
  ]);
});

test("the compiler's lines are read with what belongs to them", () => {
  const text = `a(b)/x.ts(3,14): error TS2322: Type 'A' is not assignable to type 'B'.
  Property 'c' is missing.
    And more.
error TS5023: Unknown compiler option 'x'.
Found 2 errors.
`;
  expect(parseDiagnostics(text.replaceAll("\n", "\r\n"))).toEqual([
    {
      file: "a(b)/x.ts",
      line: 3,
      column: 14,
      code: "TS2322",
      message: "Type 'A' is not assignable to type 'B'. Property 'c' is missing. And more.",
    },
    { file: undefined, line: 1, column: 1, code: "TS5023", message: "Unknown compiler option 'x'." },
  ]);
  expect(parseDiagnostics("")).toEqual([]);
});
