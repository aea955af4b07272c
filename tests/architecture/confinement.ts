import { type Expression, type MemberExpression, Visitor } from "oxc-parser";
import { type Rule, type SourceFile, type Violation, violation } from "./source-file.ts";

/** The name behind a dot or in literal brackets. */
function propertyName(node: MemberExpression): string | undefined {
  if (!node.computed && node.property.type === "Identifier") return node.property.name;
  if (node.computed && node.property.type === "Literal") return String(node.property.value);
  return undefined;
}

/** Whether an expression is a global, also by way of `globalThis`. */
function isGlobal(node: Expression | { type: string }, name: string): boolean {
  if (node.type === "Identifier") return (node as { name?: unknown }).name === name;
  if (node.type !== "MemberExpression") return false;
  const member = node as MemberExpression;
  return propertyName(member) === name && isGlobal(member.object, "globalThis");
}

function isImportMeta(node: { type: string }): boolean {
  return node.type === "MetaProperty";
}

/** `process.env`, in all its spellings, only in `config/`. */
export const environment: Rule = (files) =>
  files
    .filter((file) => !file.path.startsWith("src/config/"))
    .flatMap((file) => {
      const found: Violation[] = [];
      const add = (node: { start: number }) =>
        found.push(violation("process.env", file, node, "reads the environment: only src/config/ does, ask it there"));
      new Visitor({
        MemberExpression: (node) => {
          if (propertyName(node) !== "env") return;
          if (isGlobal(node.object, "process") || isGlobal(node.object, "Bun") || isImportMeta(node.object)) add(node);
        },
        VariableDeclarator: (node) => {
          if (node.id.type !== "ObjectPattern" || !node.init) return;
          if (!isGlobal(node.init, "process") && !isGlobal(node.init, "Bun")) return;
          const takesEnv = node.id.properties.some(
            (property) =>
              property.type === "Property" && property.key.type === "Identifier" && property.key.name === "env",
          );
          if (takesEnv) add(node);
        },
        ImportDeclaration: (node) => {
          const { value } = node.source;
          if (value !== "node:process" && value !== "process" && value !== "bun") return;
          const takesEnv = node.specifiers.some(
            ({ type, ...rest }) => type === "ImportSpecifier" && JSON.stringify(rest).includes('"name":"env"'),
          );
          if (takesEnv) add(node);
        },
      }).visit(file.program);
      return found;
    });

/** Files that may write to the console, and those that run in a task, where the console is the task's. */
const CONSOLE_OWNERS = /^src\/(?:cli\/framework\/output\.ts$|telemetry\/logger\.ts$|task\/node\/guest\/)/;

/** `console`, and the process's streams, only in `cli/framework/output.ts` and the logger. */
export const console: Rule = (files) =>
  files
    .filter((file) => !CONSOLE_OWNERS.test(file.path))
    .flatMap((file) => {
      const found: Violation[] = [];
      new Visitor({
        MemberExpression: (node) => {
          const name = propertyName(node);
          const stream = (name === "stdout" || name === "stderr") && isGlobal(node.object, "process");
          if (!stream && !isGlobal(node.object, "console")) return;
          const message = "writes to the console: only src/cli/framework/output.ts and the logger do";
          found.push(violation("console", file, node, message));
        },
      }).visit(file.program);
      return found;
    });

/** The beginning of an SQL statement: in capitals, or in small letters when the shape leaves no doubt. */
const SQL = [
  /^\s*(?:SELECT\s[\s\S]*\bFROM\b|SELECT\s+[\w(*?]+\)?\s*$|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+(?:OR\s+\w+\s+)?\S+\s+SET\s|DELETE\s+FROM\s)/,
  /^\s*(?:CREATE\s+(?:TEMP\w*\s+|UNIQUE\s+|VIRTUAL\s+)*(?:TABLE|INDEX|TRIGGER|VIEW)\s|ALTER\s+TABLE\s|DROP\s+(?:TABLE|INDEX|TRIGGER|VIEW)\s)/,
  /^\s*(?:PRAGMA\s+\w+|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE|DEFERRED|TRANSACTION)|VACUUM\b|WITH\s+(?:RECURSIVE\s+)?\w+(?:\([^)]*\))?\s+AS\s*\()/,
  /^\s*(?:select\s[\s\S]*\bfrom\s+\w+(?:\s+(?:where|order|limit|join|group)\b|\s*;?\s*$)|insert\s+into\s+\w+\s*[(\n]|update\s+\w+\s+set\s+\w+\s*=|delete\s+from\s+\w+(?:\s+where\b|\s*;?\s*$)|create\s+table\s|pragma\s+\w+\s*[=(;])/,
];

/** Ways to a database other than through `store/sqlite/`. */
const DATABASE_MODULES = /^(?:bun:sqlite|node:sqlite|sqlite3|better-sqlite3|pg|postgres|mysql2?)$/;

/** SQL, and database drivers, only in `store/sqlite/` (and `migrations/`, which holds no TypeScript). */
export const sql: Rule = (files) =>
  files.filter((file) => !file.path.startsWith("src/store/sqlite/")).flatMap(checkSql);

function checkSql(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  const add = (node: { start: number }) =>
    found.push(
      violation("sql", file, node, "SQL outside src/store/sqlite/: call a repository, or add a function to one"),
    );
  new Visitor({
    Literal: (node) => {
      const { value } = node;
      if (typeof value === "string" && SQL.some((pattern) => pattern.test(value))) add(node);
    },
    TemplateLiteral: (node) => {
      const text = node.quasis.map((quasi) => quasi.value.cooked ?? "").join("?");
      if (SQL.some((pattern) => pattern.test(text))) add(node);
    },
    ImportDeclaration: (node) => {
      if (DATABASE_MODULES.test(node.source.value)) add(node);
    },
    ImportExpression: (node) => {
      if (node.source.type === "Literal" && DATABASE_MODULES.test(String(node.source.value))) add(node);
    },
    MemberExpression: (node) => {
      const name = propertyName(node);
      if ((name === "sql" || name === "SQL") && isGlobal(node.object, "Bun")) add(node);
    },
  }).visit(file.program);
  return found;
}
