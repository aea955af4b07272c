// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold template strings
import { console, environment, sql } from "./confinement.ts";
import { checkRules, source } from "./rule-cases.ts";

checkRules("rules about what belongs in one place", {
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
});
