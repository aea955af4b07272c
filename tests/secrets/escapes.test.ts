import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readText, shareText } from "../../src/domain/shared-text.ts";
import { createSealerKey, TextSealer } from "../../src/secrets/encryption/text-sealer.ts";
import { createSecretMasker } from "../../src/secrets/masking/secret-masker.ts";
import { createSecretSearch } from "../../src/secrets/masking/secret-search.ts";
import { protectInput, restoreInput } from "../../src/secrets/masking/stored-input.ts";
import { createValueHider } from "../../src/secrets/stand-ins/value-hider.ts";

const VALUE = `sk_live&<Value42>'"/\\\n öxyz🔑 end`;
const maskerOf = (value: string) => createSecretMasker(new Map([["KEY", value]]));
const hiderOf = (value: string) => createValueHider([{ text: "ratchet-stand-in", name: "KEY", value, hosts: ["h"] }]);

const hex = (unit: string) => unit.charCodeAt(0).toString(16).padStart(4, "0");
const SHORT: Record<string, string> = { '"': '\\"', "\\": "\\\\", "/": "\\/", "\n": "\\n" };

/** All ways to write a character in a string of JSON. */
function jsonWays(char: string): string[] {
  const units = char.split("");
  const ways = [
    units.map((unit) => `\\u${hex(unit)}`).join(""),
    units.map((unit) => `\\u${hex(unit).toUpperCase()}`).join(""),
  ];
  if (SHORT[char] !== undefined) ways.push(SHORT[char]);
  if (!/["\\\n]/.test(char)) ways.push(char);
  return ways;
}

const NAMES: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

function xmlWays(char: string): string[] {
  const code = char.codePointAt(0) ?? 0;
  const ways = [char, `&#${code};`, `&#x${code.toString(16)};`, `&#x0${code.toString(16).toUpperCase()};`];
  return NAMES[char] === undefined ? ways : [...ways, `&${NAMES[char]};`];
}

/** A text written with a random way for each of its characters. */
const written = (text: string, waysOf: (char: string) => string[]): fc.Arbitrary<string> =>
  fc.tuple(...[...text].map((char) => fc.constantFrom(...waysOf(char)))).map((chars) => chars.join(""));

const jsonText = (text: string, levels: number): fc.Arbitrary<string> =>
  levels === 0 ? fc.constant(text) : jsonText(text, levels - 1).chain((one) => written(one, jsonWays));

const unparsed = (text: string): string => JSON.parse(`"${text}"`);

test.each([
  ["sk_live&Value42xyz", "sk_live\\u0026Value42xyz"],
  ["sk_live<Value42>xyz", "sk_live\\u003CValue42\\u003Exyz"],
  ["sk_live<Value42>xyz", "sk_live\\u003cValue42>xyz"],
  ["sk_live\"Value42'xyz", "sk_live\\u0022Value42\\u0027xyz"],
  ["sk_live/Valueö42xyz", "sk_live\\/Value\\u00f642xyz"],
  ["sk_live&Value42xyz", "sk_live\\\\u0026Value42xyz"],
])("%p written by other languages is masked in JSON and in a log", (value, escaped) => {
  const masker = maskerOf(value);
  expect(masker.json(`{"a":"x${escaped}y"}`)).toBe('{"a":"x[secret KEY]y"}');
  expect(masker.text(`token=${escaped}!`)).toBe("token=[secret KEY]!");
  expect(hiderOf(value).text(`{"a":"${escaped}"}`)).toBe('{"a":"ratchet-stand-in"}');
});

test("base64 whose slashes and equals signs are escaped is masked", () => {
  const value = "???>>>???>>>?";
  const encoded = Buffer.from(value).toString("base64").replaceAll("/", "\\/").replaceAll("=", "\\u003d");
  expect(maskerOf(value).json(`["${encoded}"]`)).toBe('["[secret KEY]"]');
});

test("every mixture of escapes of JSON is masked, and the rest of the text stays", async () => {
  const masker = maskerOf(VALUE);
  const cases = fc
    .integer({ min: 1, max: 3 })
    .chain((levels) => fc.tuple(fc.constant(levels), jsonText(VALUE, levels)));
  await fc.assert(
    fc.asyncProperty(cases, async ([levels, escaped]) => {
      let read = escaped;
      for (let level = 0; level < levels; level++) read = unparsed(read);
      expect(read).toBe(VALUE);
      expect(masker.text(`a\\u0041 ${escaped} é\\u0042`)).toBe("a\\u0041 [secret KEY] é\\u0042");
      const json = `{"é\\u0041":["${escaped}","b\\/ö"]}`;
      const masked = '{"é\\u0041":["[secret KEY]","b\\/ö"]}';
      expect(masker.json(json)).toBe(masked);
      expect(readText(await masker.jsonInSteps(shareText(json)))).toBe(masked);
    }),
    { numRuns: 200 },
  );
});

test("an input with escaped values is stored without them, stays JSON, and comes back exactly", async () => {
  const values = new Map([
    ["KEY", VALUE],
    ["PART", "Value42>'"],
    ["NEXT", "🔑 end and more"],
  ]);
  const protection = { values, search: createSecretSearch(values), sealer: new TextSealer(createSealerKey()) };
  await fc.assert(
    fc.asyncProperty(jsonText(`${VALUE} and more`, 1), jsonText(VALUE, 2), async (one, two) => {
      const input = `{"${one}":["é${two}",{"a":"Value42\\u003e'"}]}`;
      for (const text of [input, shareText(input)]) {
        const stored = readText(await protectInput(protection, text));
        const strings = JSON.stringify(JSON.parse(stored));
        for (const part of ["sk_live", "Value42", "end and"]) expect(strings).not.toContain(part);
        expect(readText(restoreInput(protection, await protectInput(protection, text)))).toBe(input);
      }
    }),
    { numRuns: 50 },
  );
});

test("a secret that is a JSON object is replaced as a whole if it has escapes", () => {
  expect(maskerOf('{"key":"a&b<c>"}').json('{"x":{"key":"a\\u0026b\\u003cc>"},"y":1}')).toBe(
    '{"x":"[secret KEY]","y":1}',
  );
});

test("a short value with escapes is masked where a string is the whole value", () => {
  const value = `a&"/\\ö🔑`;
  const masker = maskerOf(value);
  const nested = (text: string, levels: number): string =>
    levels === 1 ? text : nested(JSON.stringify(text).slice(1, -1), levels - 1);
  const cases = fc.tuple(fc.integer({ min: 1, max: 3 }), written(value, jsonWays));
  fc.assert(
    fc.property(cases, ([levels, escaped]) => {
      const text = (inner: string) =>
        `[${levels === 1 ? "" : '"x '}${nested(`"${inner}"`, levels)}${levels === 1 ? "" : '"'}]`;
      expect(masker.json(text(escaped))).toBe(text("[secret KEY]"));
      expect(masker.json(text(`${escaped}.`))).toBe(text(`${escaped}.`));
      if (levels === 1) expect(masker.text(`x "${escaped}"`)).toBe('x "[secret KEY]"');
    }),
    { numRuns: 300 },
  );
});

test("texts without the value are unchanged", () => {
  const masker = maskerOf(VALUE);
  const hider = hiderOf(VALUE);
  const piece = fc.constantFrom("\\u0026", "\\/", "\\\\", "\\", "u", "&amp;", "&", "#38;", "é", "sk_live", '\\"', "\n");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      expect(masker.text(text)).toBe(text);
      expect(hider.text(text)).toBe(text);
      const json = JSON.stringify({ text });
      expect(masker.json(json)).toBe(json);
    }),
  );
});

test("values are found in a long text across the borders of its steps", () => {
  const masker = maskerOf("sk_live&Value42xyz");
  const part = `${"\\\\\\u0026x".repeat(700)}sk_live\\u0026Value42xyz`;
  const masked = masker.json(JSON.stringify([`["${part.repeat(100)}"]`]));
  expect(masked.match(/\[secret KEY\]/g)).toHaveLength(100);
  expect(masked).not.toContain("Value42");
  JSON.parse(masked);
});

test("a long text of backslashes is searched in reasonable time", () => {
  const text = "\\".repeat(2_000_001);
  expect(maskerOf(VALUE).text(`\\u0026${text}`)).toBe(`\\u0026${text}`);
});

describe("a body that arrives in pieces", () => {
  async function inPieces(value: string, text: string, cuts: readonly number[]): Promise<string> {
    const bytes = Buffer.from(text);
    const borders = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
    const pieces = borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
    const reader = hiderOf(value).stream({ read: async () => pieces.shift(), cancel: async () => {} });
    const parts: Uint8Array[] = [];
    for (let part = await reader.read(); part !== undefined; part = await reader.read()) parts.push(part);
    return Buffer.concat(parts).toString();
  }
  const anyCuts = fc.array(fc.nat(2_000), { maxLength: 40 });

  test("has no value with escapes of JSON, wherever it is cut", async () => {
    const cases = fc.integer({ min: 1, max: 3 }).chain((levels) => jsonText(VALUE, levels));
    await fc.assert(
      fc.asyncProperty(cases, anyCuts, async (escaped, cuts) => {
        expect(await inPieces(VALUE, `\\\\é ${escaped} \\u0041${escaped}\\`, cuts)).toBe(
          "\\\\é ratchet-stand-in \\u0041ratchet-stand-in\\",
        );
      }),
      { numRuns: 200 },
    );
  });

  test("has no value with references of XML, also in JSON, wherever it is cut", async () => {
    const xml = written(VALUE, xmlWays);
    const twice = xml.chain((one) => written(one, xmlWays));
    const inJson = xml.chain((one) => written(one, jsonWays));
    await fc.assert(
      fc.asyncProperty(fc.oneof(xml, twice, inJson), anyCuts, async (escaped, cuts) => {
        expect(await inPieces(VALUE, `<é a="${escaped}">&amp;&${escaped}</é>&#3`, cuts)).toBe(
          '<é a="ratchet-stand-in">&amp;&ratchet-stand-in</é>&#3',
        );
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  "p@ss&quot;w/<rd",
  "p@ss&#34;w&#x2F;&lt;rd",
  "p@ss&#x22;w/&#60;rd",
  "p@ss&amp;quot;w&#47;&amp;lt;rd",
  "p@ss\\u0026quot;w\\/\\u003crd",
])("what a host writes as %p is hidden", (escaped) => {
  expect(hiderOf('p@ss"w/<rd').text(`<a b='${escaped}'/>`)).toBe("<a b='ratchet-stand-in'/>");
});
