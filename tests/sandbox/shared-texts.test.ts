import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import { LONG_TEXT, readText } from "../../src/domain/shared-text.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { textOfUtf8 } from "../../src/sandbox/quickjs/machine/values.ts";
import { type EndedOutcome, run } from "../conformance/request.ts";

const pool = createPoolExecutor({ workers: 1 });
const inline = createInlineExecutor();
afterAll(async () => {
  await pool.stop();
  await inline.stop();
});

function jsonOf(outcome: EndedOutcome) {
  if (outcome.status === "failed") throw outcome.error;
  return outcome.outputJson;
}

const RETURNS = "(length) => 'a'.repeat(length)";
const RETURNS_LATER = "async (length) => { await null; return 'a'.repeat(length); }";

test.each([RETURNS, RETURNS_LATER])("another thread only gets a reference to a long output of %s", async (code) => {
  const json = jsonOf(await run(pool, code, { input: LONG_TEXT }));
  expect(typeof json === "string" ? json : json.utf8.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(readText(json)).toBe(JSON.stringify("a".repeat(LONG_TEXT)));
});

test("short outputs, and all outputs on the calling thread, are strings", async () => {
  expect(jsonOf(await run(pool, RETURNS, { input: 1 }))).toBe('"a"');
  expect(jsonOf(await run(inline, RETURNS, { input: LONG_TEXT }))).toBe(JSON.stringify("a".repeat(LONG_TEXT)));
});

test("whatever bytes a guest hands over, a shared text is the same as a string", () => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const long = Buffer.alloc(LONG_TEXT, "é");
  const bom = new Uint8Array([0xef, 0xbb, 0xbf]);
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: "grapheme" }).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array().map((rest) => new Uint8Array([...bom, ...rest])),
  );
  fc.assert(
    fc.property(bytes, bytes, (before, after) => {
      const utf8 = Buffer.concat([before, long, after]);
      expect(readText(textOfUtf8(utf8, true))).toBe(decoder.decode(utf8));
      expect(textOfUtf8(before, true)).toBe(decoder.decode(before));
    }),
    { numRuns: 40 },
  );
});
