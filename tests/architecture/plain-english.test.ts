/** Phrases that a native-speaking engineer would not write. CONTRIBUTING.md has the style, docs/glossary.md the words. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const PLACES = [
  "src",
  "tests",
  "bench",
  "build",
  "docs",
  "migrations",
  "guest-types",
  "build.ts",
  "README.md",
  "CONTRIBUTING.md",
];
/** They quote such phrases; databases store the checksum of the migration. */
const EXEMPT = new Set([
  "docs/glossary.md",
  "tests/architecture/plain-english.test.ts",
  "migrations/0006_tags_and_filters.sql",
]);

/** Each phrase with what to write in its place. */
const PHRASES: readonly [RegExp, string][] = [
  [/\banew\b/i, "again, or a verb with re-: requeue, restart, replan"],
  [/\b(?:is|are) none\b/i, "say what it is not: is not a number, is empty, is absent"],
  [/\bnames no\b/i, "does not name a"],
  [/\bwhat of\b/i, "the parts of ... that"],
  [/\bgoes? by\b/i, "uses, depends on, follows"],
  [/\bshall\b/i, "must, or will"],
  [/\bwho(?:ever)? it is that\b/i, "who"],
  [/\bgoes? not\b/i, "does not go"],
  [/\bbelongs? into\b/i, "belongs in"],
  [/\btold of\b/i, "notified of, informed about"],
  [/\bsays? nothing of\b/i, "does not say"],
  [/\bfor want of\b/i, "for lack of, without"],
  [/\b(?:can't|cannot|may not) be had\b/i, "is not available"],
  [/\b(?:thereof|therein|thereby|whereof|hereby)\b/i, "name the thing"],
  [/\b(?:amongst|whilst|lest|upon)\b/i, "among, while, so that ... not, on"],
];

function textFiles(place: string): string[] {
  const path = join(ROOT, place);
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(place)) return [place];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|md|sql)$/.test(name))
    .map((name) => `${place}/${name}`);
}

test("no phrase of the list is in comments, messages, titles or docs", () => {
  const found: string[] = [];
  for (const file of PLACES.flatMap(textFiles).filter((name) => !EXEMPT.has(name))) {
    const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      for (const [phrase, instead] of PHRASES) {
        const match = phrase.exec(line);
        if (match !== null) found.push(`${file}:${index + 1} "${match[0]}": ${instead}`);
      }
    }
  }
  expect(found).toEqual([]);
}, 120_000);
