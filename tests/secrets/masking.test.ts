import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import fc from "fast-check";
import type { JsonValue } from "../../src/domain/json.ts";
import { readText, shareText } from "../../src/domain/shared-text.ts";
import { createSealerKey, TextSealer } from "../../src/secrets/encryption/text-sealer.ts";
import { createSecretMasker } from "../../src/secrets/masking/secret-masker.ts";
import { createSecretSearch } from "../../src/secrets/masking/secret-search.ts";
import { hasStandIn, protectInput, restoreInput } from "../../src/secrets/masking/stored-input.ts";

const masker = (...values: string[]) => createSecretMasker(new Map(values.map((value, index) => [`S${index}`, value])));

const VALUES = [
  "t0p-s3cr3t-token",
  'quotes " and \\ and / here',
  "two\nlines and\ttabs",
  "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSj\n-----END KEY-----\n",
  "pässwörd mit ümlauten",
  "秘密の値は長い長い長い",
  "emoji 🔑🔑🔑🔑 key",
  "a+b/c=d&e?f#g%h i'j(k)*l!",
  "trailing space and line feed \n",
  "0123456789012345",
  "it's 'single' and `back`",
  '{"type":"service","key":"abc/def+ghi"}',
];

/** Ways in which text with a value is written, each with a value in it. */
const WRITINGS: Record<string, (value: string) => string> = {
  raw: (value) => `before ${value} after`,
  JSON: (value) => JSON.stringify({ a: [value] }),
  "JSON in JSON": (value) => JSON.stringify({ a: JSON.stringify({ b: value }) }),
  "JSON in JSON in JSON": (value) => JSON.stringify([JSON.stringify({ a: JSON.stringify({ b: value }) })]),
  "a member's name": (value) => JSON.stringify({ [value]: 1 }),
  "JSON in ASCII": (value) =>
    JSON.stringify([value]).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "a component of a URL": (value) => `https://h/?a=${encodeURIComponent(value)}&b=1`,
  "lower-case digits": (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  "a form": (value) => new URLSearchParams({ a: value, b: "1" }).toString(),
  "a query": (value) => new URL(`https://h/?a=${value.replaceAll("#", "%23")}`).href,
  "a URL in a query": (value) => encodeURIComponent(`https://h/?a=${encodeURIComponent(value)}`),
  "the console": (value) => inspect({ a: value }, { breakLength: Number.POSITIVE_INFINITY }),
  base64: (value) => Buffer.from(value).toString("base64"),
  "base64 after one byte": (value) => Buffer.from(`x${value}y`).toString("base64"),
  "base64 after two bytes": (value) => Buffer.from(`xx${value}yy`).toString("base64"),
  base64url: (value) => Buffer.from(`x${value}`).toString("base64url"),
  "base64 in a URL": (value) => encodeURIComponent(Buffer.from(`xx${value}yyy`).toString("base64")),
  "Basic authentication": (value) => `Basic ${Buffer.from(`user:${value}`).toString("base64")}`,
  "a token with JSON": (value) => `${Buffer.from(JSON.stringify({ sub: value })).toString("base64url")}.x`,
};

/** Everything that a reader could decode from a text. */
function* readings(text: string, depth = 0): Generator<string> {
  yield text;
  if (depth === 3) return;
  const decoders = [
    () => decodeURIComponent(text),
    () => decodeURIComponent(text.replaceAll("+", " ")),
    () => text.replace(/\\u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    () => text.replace(/\\(["\\/nt])/g, (_, c: string) => ({ n: "\n", t: "\t" })[c] ?? c),
  ];
  for (const decode of decoders) {
    let decoded = text;
    try {
      decoded = decode();
    } catch {}
    if (decoded !== text) yield* readings(decoded, depth + 1);
  }
  for (const [run] of text.matchAll(/[\w+/-]{12,}/g)) {
    for (const skip of [0, 1, 2, 3]) yield Buffer.from(run.slice(skip), "base64").toString("utf8");
  }
}

describe.each(Object.entries(WRITINGS))("%s", (_, write) => {
  test.each(VALUES)("%p is masked", (value) => {
    const text = write(value);
    const masked = masker(value).text(text);
    for (const reading of readings(masked)) {
      expect(reading).not.toContain(value.trim());
    }
    expect(masked).toContain("[secret S0]");
  });
});

test("all values together are masked in one JSON text, which stays JSON", () => {
  const all = masker(...VALUES);
  const document: JsonValue = Object.entries(WRITINGS).map(([name, write]) => ({ [name]: VALUES.map(write), VALUES }));
  const masked = all.json(JSON.stringify(document));
  const parsed = JSON.parse(masked) as JsonValue[];
  expect(parsed).toHaveLength(document.length);
  for (const value of VALUES) {
    expect(masked).not.toContain(value.trim());
    expect(masked).not.toContain(JSON.stringify(value.trim()).slice(1, -1));
  }
});

test("any JSON stays JSON, keeps what is not secret, and loses every secret string", () => {
  const secret = fc.string({ unit: fc.constantFrom(...'ab\\"/\n1,:{}[]n'), minLength: 8, maxLength: 12 });
  const string = fc.oneof(fc.string({ unit: fc.constantFrom(...'ab\\"/\n1,:{}[]n'), maxLength: 20 }), secret);
  fc.assert(
    fc.property(secret, fc.jsonValue({ noUnicodeString: false }), fc.array(string), (value, other, strings) => {
      const document = { other, strings, with: `x${value}y`, [value]: [value], number: 12 } as JsonValue;
      const text = JSON.stringify(document);
      const masked = masker(value).json(text);
      const parsed = JSON.parse(masked) as { number: number };
      expect(parsed.number).toBe(12);
      for (const one of allStrings(parsed as JsonValue)) expect(one).not.toContain(value);
    }),
    { numRuns: 50 },
  );
}, 60_000);

function allStrings(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [name, ...allStrings(child as JsonValue)]);
}

test("a secret that is a JSON value itself is masked as one", () => {
  const { json } = masker("0123456789", '{"type":"service","id":1}');
  expect(json('{"a":0123456789}')).toBe('{"a":0123456789}'); // not JSON
  expect(json('{"a":10123456789,"b":[{"type":"service","id":1}, 2]}')).toBe('{"a":10123456789,"b":["[secret S1]", 2]}');
  expect(masker("1234567890").json('[1234567890,11234567890,"1234567890"]')).toBe(
    '["[secret S0]",11234567890,"[secret S0]"]',
  );
});

test("a short value is masked only where a string is the whole value", () => {
  const { text, json, value } = masker("abc", 'q"\\\n', ",");
  expect(text("abc")).toBe("[secret S0]");
  expect(text("abc def abc")).toBe("abc def abc");
  expect(json('{"abc":"abc","b":["abc" , "abcd"],"c":"x\\"abc"}')).toBe(
    '{"abc":"[secret S0]","b":["[secret S0]" , "abcd"],"c":"x\\"abc"}',
  );
  expect(json('["a","b",","]')).toBe('["a","b","[secret S2]"]');
  expect(value({ a: 'q"\\\n', b: JSON.stringify({ c: 'q"\\\n', abc: "abc" }) })).toEqual({
    a: "[secret S1]",
    b: '{"c":"[secret S1]","abc":"[secret S0]"}',
  });
});

test("secrets that overlap leave nothing of each other", () => {
  const { text } = masker("first-secret-1234", "1234-second-secret", "secret-1234-second");
  expect(text("x first-secret-1234-second-secret y")).toBe("x [secret S0] y");
});

test("what is not secret is not changed, not even copied", async () => {
  const mine = masker(...VALUES);
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(mine.json(text)).toBe(text);
    }),
  );
  const shared = shareText(JSON.stringify("nothing secret "));
  expect(await mine.jsonInSteps(shared)).toBe(shared);
});

test("a shared text is masked like a string, also across the steps", async () => {
  const mine = masker(...VALUES);
  const document = JSON.stringify({
    fill: "é".repeat(300_000),
    VALUES,
    more: VALUES.map((value) => `x${value}`.repeat(4_000)),
  });
  const masked = await mine.jsonInSteps(shareText(document));
  expect(readText(masked) === mine.json(document)).toBe(true);
  JSON.parse(readText(masked));
});

test("an input gets its secrets back, exactly", async () => {
  const values = new Map([...VALUES, "short", "1234567890"].map((value, index) => [`S${index}`, value]));
  const search = createSecretSearch(values);
  const sealer = new TextSealer(createSealerKey());
  const sent = new Map<string, string>();
  const restoring = { sealer, onValue: (name: string, value: string) => sent.set(name, value) };
  const inputs = [
    ...Object.values(WRITINGS).map((write) => JSON.stringify({ texts: [...values.values()].map(write) })),
    JSON.stringify({ all: [...values.values()], object: JSON.parse(VALUES.at(-1) ?? ""), number: 1234567890 }),
  ];
  for (const input of inputs) {
    for (const text of [input, shareText(input)]) {
      const stored = await protectInput({ search, sealer }, text);
      expect(hasStandIn(stored)).toBe(true);
      JSON.parse(readText(stored));
      for (const value of VALUES) expect(readText(stored)).not.toContain(value.trim());
      expect(readText(await protectInput({ search, sealer }, text))).toBe(readText(stored));
      expect(readText(restoreInput(restoring, stored))).toBe(input);
      for (const other of [undefined, new TextSealer(createSealerKey())]) {
        const lost = expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining("is lost") });
        expect(() => restoreInput({ sealer: other }, stored)).toThrow(lost);
      }
    }
  }
  for (const [name, value] of sent) expect([name, value]).toEqual([name, values.get(name) ?? ""]);
});

test("secrets that overlap come back exactly", async () => {
  const values = new Map([
    ["A", "abcdefghij"],
    ["B", "ghijklmnop"],
  ]);
  const protection = { search: createSecretSearch(values), sealer: new TextSealer(createSealerKey()) };
  for (const input of ['{"a":"xabcdefghijklmnopy"}', '["abcdefghijklmnop"]', '{"éabcdefghijklmnopé":1}']) {
    for (const text of [input, shareText(input)]) {
      expect(readText(restoreInput(protection, await protectInput(protection, text)))).toBe(input);
    }
  }
});

test("a stand-in is of one secret only, and one of an earlier version is never replaced", async () => {
  const values = new Map([["A", "0123456789"]]);
  const protection = { search: createSecretSearch(values), sealer: new TextSealer(createSealerKey()) };
  const stored = readText(await protectInput(protection, '{"a":"Bearer 0123456789"}'));
  const lost = expect.objectContaining({ code: "CONFIG_INVALID" });
  expect(() => restoreInput(protection, stored.replace(":A:", ":B:"))).toThrow(lost);
  expect(() => restoreInput(protection, '{"a":"{{ratchet-secret:json:A}}"}')).toThrow(lost);
  expect(() => restoreInput(protection, '{"a":"{{ratchet-secret:value:A}}"}')).toThrow(lost);
});

test("a stand-in in an input is seen however its characters are escaped", () => {
  const start = "{{ratchet-secret:";
  const choice = fc.array(fc.constantFrom("plain", "lower", "upper"), {
    minLength: start.length,
    maxLength: start.length,
  });
  const around = fc.constantFrom("", "\\", "é", "{", "ratchet");
  fc.assert(
    fc.property(choice, around, around, fc.boolean(), (ways, before, after, isBroken) => {
      const escaped = [...(isBroken ? start.replace("t-s", "t_s") : start)].map((char, index) => {
        const code = char.charCodeAt(0).toString(16).padStart(4, "0");
        if (ways[index] === "plain") return char;
        return `\\u${ways[index] === "upper" ? code.toUpperCase() : code}`;
      });
      const json = `["${before.replace("\\", "\\\\")}${escaped.join("")}${after.replace("\\", "\\\\")}"]`;
      const expected = String(JSON.parse(json)).includes(start);
      expect([json, hasStandIn(json), hasStandIn(shareText(json))]).toEqual([json, expected, expected]);
      const twice = JSON.stringify(json);
      expect(hasStandIn(twice)).toBe(String(JSON.parse(twice)).includes(start));
    }),
  );
});
