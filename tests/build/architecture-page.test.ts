/** `docs/architecture.md` and `CONTRIBUTING.md` send newcomers to files: each of them exists. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** Names that stand for a choice of the reader, and folders that appear when something is built. */
const PLACEHOLDERS = /NAME|^dist\//;

function pathsIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const quoted = [...text.matchAll(/`((?:src|tests|docs|migrations|bench|build)\/[\w./-]+)`/g)].map(
    (match) => match[1] ?? "",
  );
  const drawn = [...text.matchAll(/^ {4}.*$/gm)].flatMap(([line]) =>
    [...line.matchAll(/\b(?:main\.ts|[a-z][\w-]*(?:\/[\w.-]+)*\/(?:[\w-]+\.ts)?)/g)].map(([path]) => `src/${path}`),
  );
  return [...quoted, ...(page === "docs/architecture.md" ? drawn : [])].filter((path) => !PLACEHOLDERS.test(path));
}

test.each(["docs/architecture.md", "CONTRIBUTING.md"])("every path in %s exists", (page) => {
  const paths = pathsIn(page);
  expect(paths.length).toBeGreaterThan(2);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
