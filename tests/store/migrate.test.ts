import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openConnection } from "../../src/store/connection.ts";
import { migrate, migrationStatus } from "../../src/store/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";

const memory = () => openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
const step = (version: number, sql: string) => ({ version, name: `step${version}`, sql });
const one = step(1, "CREATE TABLE a (id INTEGER) STRICT");
const two = step(2, "CREATE TABLE b (id INTEGER) STRICT; INSERT INTO b VALUES (2)");

test("every file of migrations/ is embedded, in order and unchanged", () => {
  const folder = join(import.meta.dir, "../../migrations");
  const files = readdirSync(folder).sort();
  expect(MIGRATIONS.map(({ version, name }) => `${String(version).padStart(4, "0")}_${name}.sql`)).toEqual(files);
  for (const [index, file] of files.entries()) {
    expect(MIGRATIONS[index]?.sql).toBe(readFileSync(join(folder, file), "utf8"));
  }
});

test("applies what is missing, once", () => {
  const connection = memory();
  expect(migrate(connection, [one], 5)).toEqual(["1 step1"]);
  expect(migrationStatus(connection, [one, two]).pending).toEqual([{ version: 2, name: "step2" }]);
  expect(migrate(connection, [one, two], 6)).toEqual(["2 step2"]);
  expect(migrate(connection, [one, two], 7)).toEqual([]);
  expect(migrationStatus(connection, [one, two]).applied.map(({ appliedAt }) => appliedAt)).toEqual([5, 6]);
});

test("a step that fails leaves no trace, and those before it stay", () => {
  const connection = memory();
  const bad = step(2, "CREATE TABLE b (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)");
  expect(() => migrate(connection, [one, bad], 0)).toThrow();
  expect(connection.sql.all("SELECT name FROM sqlite_schema WHERE name = 'b'")).toEqual([]);
  expect(migrate(connection, [one, two], 0)).toEqual(["2 step2"]);
});

test("refuses a newer schema and says what to do", () => {
  const connection = memory();
  migrate(connection, [one, two], 0);
  expect(() => migrate(connection, [one], 0)).toThrow(
    expect.objectContaining({ code: "ENVIRONMENT", message: expect.stringContaining("schema 2") }),
  );
});

test("refuses a step that was changed after it was applied", () => {
  const connection = memory();
  migrate(connection, [one], 0);
  const changed = step(1, "CREATE TABLE a (id INTEGER, more TEXT) STRICT");
  expect(() => migrate(connection, [changed], 0)).toThrow(expect.objectContaining({ code: "ENVIRONMENT" }));
});

test("line ends do not count as a change", () => {
  const connection = memory();
  migrate(connection, [step(1, "CREATE TABLE a (\n id INTEGER) STRICT")], 0);
  expect(migrate(connection, [step(1, "CREATE TABLE a (\r\n id INTEGER) STRICT")], 0)).toEqual([]);
});

test("refuses another program's database", () => {
  const connection = memory();
  connection.exec("CREATE TABLE theirs (id INTEGER)");
  expect(() => migrate(connection, MIGRATIONS, 0)).toThrow(
    expect.objectContaining({ code: "ENVIRONMENT", message: expect.stringContaining("another program") }),
  );
});
