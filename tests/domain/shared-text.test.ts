import { expect, test } from "bun:test";
import { jsonParts, RawJson } from "../../src/domain/raw-json.ts";
import { LONG_TEXT, readText, shareText, utf8Length } from "../../src/domain/shared-text.ts";

const TEXTS = ["", "{}", '"é – 漢字 😀"', "x".repeat(LONG_TEXT), `"${"é".repeat(LONG_TEXT)}"`];

test("a shared text is the text that was shared, and has its length in UTF-8", () => {
  for (const text of TEXTS) {
    const shared = shareText(text);
    expect(readText(shared) === text).toBe(true);
    expect(utf8Length(shared)).toBe(Buffer.byteLength(text));
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  }
});

test("another thread gets the same memory", () => {
  const shared = shareText("[1]");
  const received = structuredClone(shared);
  shared.utf8[1] = "2".charCodeAt(0);
  expect(readText(received)).toBe("[2]");
});

test("JSON that contains a shared text is not copied", () => {
  const shared = shareText('{"a":1}');
  const parts = jsonParts({ before: [1], value: new RawJson(shared), after: null });
  expect(parts).toContain(shared);
  expect(parts.map(readText).join("")).toBe('{"before":[1],"value":{"a":1},"after":null}');
});
