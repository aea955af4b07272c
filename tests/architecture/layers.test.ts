import { cycles, doors, existingTargets, packagesFrom, ranks } from "./layers.ts";
import { checkRules, source } from "./rule-cases.ts";

checkRules("rules about layers", {
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
    sources: source('export { a } from "../app/start-app.ts";'),
    finds: [["src/task/load.ts:1", "up, from task (rank 2) to app (rank 9)"]],
  },
  "an import of the composition root by the command line": {
    rule: ranks,
    sources: { "src/main.ts": 'import "./cli/run.ts";', "src/cli/run.ts": 'import "../app/start-app.ts";' },
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
});
