import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { outputOf } from "../../conformance/request.ts";
import { differences } from "./like-host.ts";

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor.stop());

describe("Intl in a guest", () => {
  // bench/intl-like-host.ts does the same with 20,000 calls and a new seed.
  test("gives the host's results for 3,000 random calls", async () => {
    const found = await differences(executor, 3_000, 20_260_101);
    expect(found.slice(0, 3)).toEqual([]);
  });

  test("orders ASCII as the host does, in every language", async () => {
    const languages = [
      "en",
      "de",
      "fr",
      "fr-CA",
      "it",
      "nl",
      "pt",
      "id",
      "ms",
      "ja",
      "ko",
      "zh",
      "zh-TW",
      "ru",
      "cs",
      "es",
      "sv",
      "da",
    ];
    const printable = fc.string({
      maxLength: 6,
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const letters = fc.string({ maxLength: 5, unit: fc.constantFrom(..."aAbBcChHlL z-_'") });
    const pairs = fc.sample(fc.oneof(fc.tuple(printable, printable), fc.tuple(letters, letters)), {
      numRuns: 400,
      seed: 11,
    });
    const code = `({ languages, pairs }) => languages.map((language) => {
      const { compare } = new Intl.Collator(language);
      return pairs.map(([x, y]) => compare(x, y));
    })`;
    const guest = await outputOf(executor, code, { input: { languages, pairs } });
    const host = languages.map((language) => {
      const { compare } = new Intl.Collator(language);
      return pairs.map(([x, y]) => compare(x, y));
    });
    expect(guest).toEqual(host);
  });
});
