/** Decision records have consecutive numbers and one form, and references to them lead somewhere. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dir, "../..");
const RECORDS = join(REPOSITORY, "docs/adr");
const names = [...new Bun.Glob("*").scanSync(RECORDS)].sort();

test("numbers are consecutive", () => {
  expect(names.map((name) => name.slice(0, 5))).toEqual(
    names.map((_, index) => `${String(index + 1).padStart(4, "0")}-`),
  );
});

describe.each(names)("%s", (name) => {
  const lines = readFileSync(join(RECORDS, name), "utf8").split("\n");

  test("has its number in the title, and a status", () => {
    expect(lines[0]).toStartWith(`# ${Number(name.slice(0, 4))}. `);
    expect(lines.find((line) => line.startsWith("Status: "))).toMatch(/^Status: (accepted|superseded by ADR \d+)\.$/);
  });

  test("has the sections of every record, in order", () => {
    const sections = lines.filter((line) => line.startsWith("## "));
    expect(sections).toEqual(["## Context", "## Decision", "## Consequences", "## Appendix: measurements"]);
  });
});

test("references in the repository name records that exist", () => {
  const numbers = new Set(names.map((name) => Number(name.slice(0, 4))));
  const dangling: string[] = [];
  for (const path of new Bun.Glob("{src,build,tests,bench,docs}/**/*.{ts,md}").scanSync(REPOSITORY)) {
    for (const [reference, digits] of readFileSync(join(REPOSITORY, path), "utf8").matchAll(
      /\bADR (\d+)|\badr\/(\d{4})/g,
    )) {
      const number = Number(digits ?? reference.slice(-4));
      if (!numbers.has(number)) dangling.push(`${path}: ${reference}`);
    }
  }
  expect(dangling).toEqual([]);
});
