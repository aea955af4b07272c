/** `build/freshness.ts`: which changes make the next run build. The build itself is tried in build.test.ts. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { digestInputs, isFresh, writeStamp } from "../../build/freshness.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ratchet-freshness-"));
  for (const path of ["src/answer.ts", "src/task/old.ts", "build.ts", "package-lock.json"]) write(path, "1");
  for (const path of OUTPUTS) write(path, "made");
  built();
});
afterEach(() => rmSync(root, { recursive: true }));

const OUTPUTS = ["dist/ratchet", "dist/generated/fact.txt"];
const at = (path: string) => join(root, path);
const stamp = () => at("dist/ratchet.stamp.json");
const built = () => writeStamp(root, stamp(), digestInputs(root), OUTPUTS.map(at));

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

test("nothing changed: fresh", () => {
  expect(isFresh(root, stamp())).toBe(true);
});

test("a source that was only touched: fresh, and its contents are not read again", () => {
  utimesSync(at("src/answer.ts"), new Date(), new Date(Date.now() + 5_000));
  const before = statSync(stamp(), { bigint: true }).mtimeNs;
  expect(isFresh(root, stamp())).toBe(true);
  const noted = statSync(stamp(), { bigint: true }).mtimeNs;
  expect(noted).not.toBe(before);
  expect(isFresh(root, stamp())).toBe(true);
  expect(statSync(stamp(), { bigint: true }).mtimeNs).toBe(noted);
});

test("what is no input: fresh", () => {
  write("README.md", "other");
  write("tests/some.test.ts", "other");
  expect(isFresh(root, stamp())).toBe(true);
});

test.each<[string, () => void]>([
  ["another source", () => write("src/answer.ts", "22")],
  [
    "a source of the same size and an earlier date",
    () => {
      write("src/answer.ts", "2");
      utimesSync(at("src/answer.ts"), new Date(), new Date(Date.now() - 5_000));
    },
  ],
  ["a new source", () => write("src/task/new.ts", "1")],
  ["a removed source", () => rmSync(at("src/task/old.ts"))],
  ["a migration", () => write("migrations/0001.sql", "SELECT 1;")],
  ["a published schema", () => write("docs/schemas/a.json", "{}")],
  ["a file of the build itself", () => write("build/compile.ts", "2")],
  ["another lock file", () => write("package-lock.json", "22")],
  ["a removed executable", () => rmSync(at("dist/ratchet"))],
  ["a damaged executable", () => write("dist/ratchet", "damaged")],
  ["a removed generated file", () => rmSync(at("dist/generated/fact.txt"))],
  ["an unreadable stamp", () => writeFileSync(stamp(), "{")],
  ["no stamp", () => rmSync(stamp())],
])("%s: not fresh, until it is built", (_, change) => {
  change();
  expect(isFresh(root, stamp())).toBe(false);
  for (const path of OUTPUTS) write(path, "made");
  built();
  expect(isFresh(root, stamp())).toBe(true);
});
