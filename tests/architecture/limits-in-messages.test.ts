/** Limits in messages have the unit in which people write them: `16MB` and `30s`, never `16777216 bytes` or `30000 ms`. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SRC = join(import.meta.dir, "../../src");

/** A limit, written as a bare number: `${MAX_HEAD_BYTES} bytes`, `within ${timeoutMs} ms`, `the limit is ${maxBytes}`. */
const BARE_LIMITS = [
  /\$\{(?:[A-Z_]+|(?:max|limit|most)\w*)\} (?:bytes|ms)\b/,
  /\b(?:within|longer than|limit of) \$\{[\w.]+\} ms\b/,
  /\blimit is \$\{(?:MAX_\w*BYTES|max\w*Bytes)\}/,
];

test("no message shows a limit as a number of bytes or ms", () => {
  const found: string[] = [];
  for (const name of readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))) {
    for (const [index, line] of readFileSync(join(SRC, name), "utf8").split("\n").entries()) {
      if (BARE_LIMITS.some((form) => form.test(line))) found.push(`src/${name}:${index + 1}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});
