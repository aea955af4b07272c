// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold template strings
/** Every rule finds what it forbids, at its line, and lets the rest pass. */
import { describe, expect, test } from "bun:test";
import { console, environment, sql } from "./confinement.ts";
import { barrels, length, medianLength, names } from "./files.ts";
import { importTime, moduleState } from "./import-time.ts";
import { cycles, doors, existingTargets, packagesFrom, ranks } from "./layers.ts";
import { parseSource, type Rule, report } from "./source-file.ts";
import { classes, strictness } from "./strictness.ts";

/** Sources by path; what the rule must say, one line each: `path:line`, and a part of the message. */
interface Case {
  rule: Rule;
  sources: Record<string, string>;
  finds: [place: string, message: string][];
}

function source(code: string, path = "src/task/load.ts"): Record<string, string> {
  return { [path]: code };
}

const lines = (count: number) => "export {};\n".repeat(count);

const CASES: Record<string, Case> = {
  "an import of a lower rank": {
    rule: ranks,
    sources: source('import { a } from "../domain/a.ts";\nimport type { b } from "../lib/b.ts";'),
    finds: [],
  },
  "an import of the own folder, at any depth": {
    rule: ranks,
    sources: source('import "./zip.ts"; import "./forms/arrow.ts";'),
    finds: [],
  },
  "an import upwards": {
    rule: ranks,
    sources: source('import "../domain/a.ts";\nimport type { b } from "../execution/execute.ts";'),
    finds: [["src/task/load.ts:2", "up, from task (rank 2) to execution (rank 4)"]],
  },
  "an import sideways": {
    rule: ranks,
    sources: source('export const send = () => import("../http/send.ts");'),
    finds: [["src/task/load.ts:1", "sideways, from task (rank 2) to http (rank 2)"]],
  },
  "an import of a type in a type": {
    rule: ranks,
    sources: source('\ntype A = import("../cli/run.ts").A;'),
    finds: [["src/task/load.ts:2", "up, from task (rank 2) to cli (rank 10)"]],
  },
  "a re-export upwards": {
    rule: ranks,
    sources: source('export { a } from "../app.ts";'),
    finds: [["src/task/load.ts:1", "up, from task (rank 2) to app.ts (rank 9)"]],
  },
  "an import of the composition root by the command line": {
    rule: ranks,
    sources: { "src/main.ts": 'import "./cli/run.ts";', "src/cli/run.ts": 'import "../app.ts";' },
    finds: [],
  },
  "an import from one door into another": {
    rule: doors,
    sources: {
      ...source('import { a } from "../rest/jobs.ts";', "src/api/graphql/queries.ts"),
      ...source('const a = import("../graphql/schema.ts");', "src/api/mcp/tools.ts"),
    },
    finds: [
      ["src/api/graphql/queries.ts:1", "rest"],
      ["src/api/mcp/tools.ts:1", "graphql"],
    ],
  },
  "imports of a door from itself, from what doors share, and from services": {
    rule: doors,
    sources: source(
      'import "./job-type.ts";\nimport "../views/job-view.ts";\nimport "../../service/jobs/job-service.ts";',
      "src/api/graphql/queries.ts",
    ),
    finds: [],
  },
  "a folder that the plan does not know": {
    rule: ranks,
    sources: source("export {};", "src/plugins/load.ts"),
    finds: [["src/plugins/load.ts:1", "src/plugins is not in the plan's layout"]],
  },
  "an import of a folder that the plan does not know": {
    rule: ranks,
    sources: source('import "../plugins/load.ts";'),
    finds: [["src/task/load.ts:1", "src/plugins is not in the plan's layout"]],
  },
  "an import from outside src/": {
    rule: ranks,
    sources: source('import "../../tests/zip.ts";'),
    finds: [["src/task/load.ts:1", "outside src/"]],
  },
  "migrations embedded by the store": {
    rule: ranks,
    sources: source(
      'import one from "../../../migrations/0001.sql" with { type: "text" };',
      "src/store/sqlite/migrate.ts",
    ),
    finds: [],
  },
  "migrations embedded by someone else": {
    rule: ranks,
    sources: source('import one from "../../migrations/0001.sql" with { type: "text" };'),
    finds: [["src/task/load.ts:1", "outside src/"]],
  },
  "an import without the file's extension": {
    rule: existingTargets,
    sources: source('import "../domain/a";'),
    finds: [["src/task/load.ts:1", "extension"]],
  },
  "packages of dependencies, and built-in modules": {
    rule: packagesFrom(["@scope/a", "b"]),
    sources: source(
      'import "@scope/a/sub";\nimport "b";\nimport "node:fs/promises";\nimport "bun:sqlite";\nimport "bun";',
    ),
    finds: [],
  },
  "a package that is not a dependency": {
    rule: packagesFrom(["@scope/a"]),
    sources: source('import "@scope/b";\nconst c = () => import("c/d");'),
    finds: [
      ["src/task/load.ts:1", "@scope/b is not among"],
      ["src/task/load.ts:2", "c is not among"],
    ],
  },
  "a built-in module without its prefix": {
    rule: packagesFrom([]),
    sources: source('import "fs";'),
    finds: [["src/task/load.ts:1", "write node:fs"]],
  },
  "a tree of imports": {
    rule: cycles,
    sources: {
      "src/task/a.ts": 'import "./b.ts"; import "./c.ts";',
      "src/task/b.ts": 'import "./c.ts";',
      "src/task/c.ts": "export {};",
    },
    finds: [],
  },
  "a cycle, with types and dynamic imports": {
    rule: cycles,
    sources: {
      "src/task/a.ts": 'import type { B } from "./b.ts";',
      "src/task/b.ts": 'const c = () => import("./c.ts");',
      "src/task/c.ts": '\nimport "./a.ts";',
    },
    finds: [["src/task/c.ts:2", "src/task/a.ts -> src/task/b.ts -> src/task/c.ts -> src/task/a.ts"]],
  },
  "a file that imports itself": {
    rule: cycles,
    sources: source('import "./load.ts";'),
    finds: [["src/task/load.ts:1", "src/task/load.ts -> src/task/load.ts"]],
  },
  "a file of 400 lines": { rule: length, sources: source(lines(400)), finds: [] },
  "a file of 401 lines": {
    rule: length,
    sources: source(lines(401)),
    finds: [["src/task/load.ts:1", "401 lines, 400 at most"]],
  },
  "one long file among short ones": {
    rule: medianLength,
    sources: { "src/a.ts": lines(10), "src/b.ts": lines(20), "src/c.ts": lines(390) },
    finds: [],
  },
  "long files throughout": {
    rule: medianLength,
    sources: { "src/a.ts": lines(10), "src/b.ts": lines(149), "src/c.ts": lines(151) },
    finds: [["src/b.ts:1", "149 lines"]],
  },
  "names that say what is inside": {
    rule: names,
    sources: { "src/task/content-types.ts": "", "src/lib/lru.ts": "", "src/api/sharedness.ts": "" },
    finds: [],
  },
  "names for anything": {
    rule: names,
    sources: { "src/lib/utils.ts": "", "src/task/helpers/a.ts": "", "src/task/types.ts": "", "src/lib/common.ts": "" },
    finds: [
      ["src/lib/utils.ts:1", "utils.ts"],
      ["src/task/helpers/a.ts:1", "helpers"],
      ["src/task/types.ts:1", "types.ts"],
      ["src/lib/common.ts:1", "common.ts"],
    ],
  },
  "exports of what is defined here": {
    rule: barrels,
    sources: source('import { a } from "./a.ts";\nconst b = a;\nexport { b };\nexport function c() {}'),
    finds: [],
  },
  "re-exports in every form": {
    rule: barrels,
    sources: source(
      'export * from "./a.ts";\nexport * as b from "./b.ts";\nexport { c } from "./c.ts";\nexport type { D } from "./d.ts";\nimport { e } from "./e.ts";\nexport { e };',
    ),
    finds: [1, 2, 3, 4, 6].map((line) => [`src/task/load.ts:${line}`, "another module's export"]),
  },
  "the environment in config/": {
    rule: environment,
    sources: source("export const home = () => process.env.HOME;", "src/config/load.ts"),
    finds: [],
  },
  "a field called env": { rule: environment, sources: source("export const f = (task) => task.env;"), finds: [] },
  "the environment elsewhere, in every spelling": {
    rule: environment,
    sources: source(
      'const a = () => process.env.HOME;\nconst b = () => process["env"];\nconst c = () => Bun.env.HOME;\nconst d = () => import.meta.env.HOME;\nconst e = () => globalThis.process.env;\nconst f = () => { const { env } = process; };\nimport { env as g } from "node:process";',
    ),
    finds: [1, 2, 3, 4, 5, 6, 7].map((line) => [`src/task/load.ts:${line}`, "reads the environment"]),
  },
  "the console in cli/framework/output.ts and the logger": {
    rule: console,
    sources: {
      "src/cli/framework/output.ts": "export const f = () => console.log(process.stdout);",
      "src/telemetry/logger.ts": "export const f = () => console.error(1);",
    },
    finds: [],
  },
  "the console elsewhere": {
    rule: console,
    sources: source(
      "const a = () => console.log(1);\nconst b = () => globalThis.console.error(1);\nconst c = () => process.stdout.write('');\nconst d = () => process.stderr.write('');\nconst e = (child) => child.stdout;",
    ),
    finds: [1, 2, 3, 4].map((line) => [`src/task/load.ts:${line}`, "writes to the console"]),
  },
  "SQL in store/sqlite/": {
    rule: sql,
    sources: source('import { Database } from "bun:sqlite";\nconst q = "SELECT 1";', "src/store/sqlite/jobs.ts"),
    finds: [],
  },
  "English that begins like SQL": {
    rule: sql,
    sources: source(
      'const m = ["Select a task from the list", "Update the file", "delete from here on", "Create a table", "Begin again", "With input as (text)"];',
    ),
    finds: [],
  },
  "SQL elsewhere": {
    rule: sql,
    sources: source(
      'const a = "SELECT id FROM jobs";\nconst b = `UPDATE jobs SET state = ${a}`;\nconst c = "insert into jobs (id) values (1)";\nconst d = "PRAGMA journal_mode = WAL";\nconst e = "BEGIN IMMEDIATE";\nconst f = `\n  WITH x AS (SELECT 1) SELECT * FROM x`;\nimport { Database } from "bun:sqlite";\nconst h = () => Bun.sql;\nconst i = "CREATE UNIQUE INDEX a ON b (c)";',
    ),
    finds: [1, 2, 3, 4, 5, 6, 8, 9, 10].map((line) => [`src/task/load.ts:${line}`, "SQL outside src/store/sqlite/"]),
  },
  "typed code": {
    rule: strictness,
    sources: source("// any! @ts-ignore is forbidden\nlet a: unknown;\nconst b = !a;\nconst many = 'any';"),
    finds: [],
  },
  "ways around the type checker": {
    rule: strictness,
    sources: source(
      "const a: any = 1;\nconst b = a as any;\nconst c = b!;\n// @ts-ignore\n/* @ts-nocheck */\nlet d!: string;\nclass E { f!: string; }\n// @ts-expect-error: no",
    ),
    finds: [
      ["src/task/load.ts:1", "any:"],
      ["src/task/load.ts:2", "any:"],
      ["src/task/load.ts:3", "non-null"],
      ["src/task/load.ts:6", "definite"],
      ["src/task/load.ts:7", "definite"],
      ["src/task/load.ts:4", "@ts-ignore"],
      ["src/task/load.ts:5", "@ts-nocheck"],
      ["src/task/load.ts:8", "@ts-expect-error"],
    ],
  },
  "classes that keep something": {
    rule: classes,
    sources: source(
      "class A extends Error {}\nclass B { #x = 1; get() { return this.#x; } }\nclass C { constructor(readonly d: string) {} }",
    ),
    finds: [],
  },
  "classes that keep nothing": {
    rule: classes,
    sources: source("class A { static a() {} }\nexport const b = class { f() {} };\nclass C {}"),
    finds: [1, 2, 3].map((line) => [`src/task/load.ts:${line}`, "keeps nothing"]),
  },
  declarations: {
    rule: importTime,
    sources: source(
      'import "./a.ts";\nexport type A = 1;\nexport interface B {}\nexport function c() { f(); }\nexport const d = () => f();\nconst e = new Map([[1, Object.freeze({ a: [..."x"], ["k"]: `${1}` })]]);\nexport const n = ["a", "b"].map((x) => x.length) as const;\nexport class G { static readonly h = 1; i = f(); }\nexport default async function j() {}\ndeclare const k: number;\nconst r = /x/.source + String.raw`y`;',
    ),
    finds: [],
  },
  "work at import time": {
    rule: importTime,
    sources: source(
      'f();\nconst a = f();\nexport const b = { c: [await g()] };\nif (a) f();\nclass D { static { f(); } }\nclass E { static x = f(); }\nexport default make({});\nprocess.on("exit", f);\nglobalThis.x = 1;\nconst w = new Worker("x");\nfor (const x of [1]) f(x);\nconst y = import("./z.ts");\nconst s = tag`x`;\nlet n = 0, m = n++;\nexport const t = await f();',
    ),
    finds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((line) => [
      `src/task/load.ts:${line}`,
      "runs when the module is imported",
    ]),
  },
  "work in entry files": {
    rule: importTime,
    sources: { "src/main.ts": "f();", "src/sandbox/quickjs/worker.ts": "f();", "src/task/schema-worker.ts": "f();" },
    finds: [],
  },
  constants: {
    rule: moduleState,
    sources: source("export const A = 1;\nconst B = new Map([[1, 2]]);\nconst c = () => { let d = 1; };"),
    finds: [],
  },
  "state of a module": {
    rule: moduleState,
    sources: source("let a = 1;\nexport let b;\nconst c = new Map();\nexport const d = new WeakSet();\nvar e;"),
    finds: [1, 2, 3, 4, 5].map((line) => [`src/task/load.ts:${line}`, "state of a module"]),
  },
};

describe("the architecture's rules", () => {
  for (const [name, { rule, sources, finds }] of Object.entries(CASES)) {
    test(`${finds.length > 0 ? "find" : "let pass"}: ${name}`, () => {
      const found = rule(Object.entries(sources).map(([path, text]) => parseSource(path, text)));
      expect(found.map(({ file, line }) => `${file}:${line}`)).toEqual(finds.map(([place]) => place));
      for (const [index, [, message]] of finds.entries()) expect(found[index]?.message).toContain(message);
    });
  }

  test("report a violation as file:line [rule] message", () => {
    const found = strictness([parseSource("src/a.ts", "\nlet a: any;")]);
    expect(report(found)).toBe("src/a.ts:2 [strictness] any: write the type, or unknown and look before use");
  });

  test("refuse what is not TypeScript", () => {
    expect(() => parseSource("src/a.ts", "const = 1;")).toThrow("src/a.ts");
  });
});
