import { expect, test } from "bun:test";
import fc from "fast-check";
import { type HttpBodyReader, HttpFailure, type HttpRequest } from "../../src/domain/http.ts";
import type { StandIn } from "../../src/domain/stand-in.ts";
import { insertingInto, insertValues } from "../../src/secrets/stand-ins/insert-value.ts";
import { InsertionBudget } from "../../src/secrets/stand-ins/insertion-budget.ts";
import { JsonWriter } from "../../src/secrets/stand-ins/json-writer.ts";
import { StandInSearch } from "../../src/secrets/stand-ins/stand-in-search.ts";
import { createSubstitution } from "../../src/secrets/stand-ins/substitution.ts";

const HOST = "https://api.example.com";
const standIn = (name: string, value: string, hosts = ["api.example.com"]): StandIn => {
  const end = name.charCodeAt(0).toString(16).repeat(20);
  return { name, text: `standin_${name}_${end}`, value, hosts };
};
const A = standIn("A", 'p@ss "wörd" & <more>/1234');
const B = standIn("BB", "s3cr3t+token/1234==");

function sentWith(standIns: readonly StandIn[], request: Partial<HttpRequest>): HttpRequest {
  const whole: HttpRequest = { method: "POST", url: `${HOST}/`, headers: [], body: null, ...request };
  const inserted = createSubstitution(standIns).insert(whole);
  if (inserted === undefined) throw new Error("nothing may be inserted");
  return inserted.request;
}
const bytes = (text: string) => new TextEncoder().encode(text);
const bodyOf = (text: string, type: string, standIns: readonly StandIn[] = [A, B]) =>
  new TextDecoder().decode(
    sentWith(standIns, { headers: [["content-type", type]], body: bytes(text) }).body ?? undefined,
  );
const withValues = (text: string) => text.replaceAll(A.text, () => A.value).replaceAll(B.text, () => B.value);
const JSON_TYPE = "application/json";
const refused = (message: string) =>
  expect.objectContaining({
    kind: "invalid-request",
    failureCode: undefined,
    message: expect.stringContaining(message),
  });

const part = fc.oneof(fc.string(), fc.constantFrom(A.text, B.text, "\\", '"', '\\"', "é", "=", "standin_"));
const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));

/** A quote in a text is taken for the start of a string in it. */
const unquoted = texts.map((text) => text.replaceAll('"', "'"));

test("JSON stays JSON with the values in it, also nested in its strings", () => {
  fc.assert(
    fc.property(fc.jsonValue(), unquoted, fc.integer({ min: 0, max: 2 }), (around, text, nested) => {
      let sent: unknown = { around, [`key ${text}`]: [text, text] };
      let meant: unknown = { around, [`key ${withValues(text)}`]: [withValues(text), withValues(text)] };
      for (let level = 0; level < nested; level++) {
        sent = { inside: JSON.stringify(sent), text };
        meant = { inside: JSON.stringify(meant), text: withValues(text) };
      }
      expect(JSON.parse(bodyOf(JSON.stringify(sent), JSON_TYPE))).toEqual(JSON.parse(JSON.stringify(meant)));
    }),
  );
});

test("text, forms and base64 get the values, whatever is around them", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(bodyOf(text, "text/csv")).toBe(withValues(new TextDecoder().decode(bytes(text))));
      const form = bodyOf(new URLSearchParams({ text }).toString(), "application/x-www-form-urlencoded");
      expect(new URLSearchParams(form).get("text")).toBe(withValues(text.toWellFormed()));
      const encoded = Buffer.from(text).toString("base64");
      const decoded = Buffer.from(bodyOf(`data:;base64,${encoded}`, "text/csv").slice(13), "base64").toString();
      expect(decoded).toBe(withValues(Buffer.from(text).toString()));
    }),
  );
});

test("a body in pieces gets the same values as a whole one, wherever it is cut", async () => {
  const cut = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(texts, texts, cut, async (plain, encoded, sizes) => {
      const text = JSON.stringify({ plain, data: Buffer.from(encoded).toString("base64"), more: plain });
      const upload = piecesOf(bytes(text), sizes);
      const sent = sentWith([A, B], { headers: [["content-type", JSON_TYPE]], upload }).upload;
      const inPieces = async () => {
        const pieces: Uint8Array[] = [];
        for (let piece = await sent?.read(); piece !== undefined; piece = await sent?.read()) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      // Backslashes before a quote may be taken for JSON that is nested too deeply: then both are refused.
      expect(await resultOf(inPieces)).toEqual(await resultOf(async () => bodyOf(text, JSON_TYPE)));
    }),
  );
});

async function resultOf(work: () => Promise<string>): Promise<{ text: string } | { refusal: string }> {
  try {
    return { text: await work() };
  } catch (error) {
    if (error instanceof HttpFailure) return { refusal: error.message };
    throw error;
  }
}

function piecesOf(whole: Uint8Array, sizes: readonly number[]): HttpBodyReader {
  let at = 0;
  let turn = 0;
  return {
    async read() {
      if (at >= whole.length) return undefined;
      const size = sizes[turn++ % sizes.length] ?? 1;
      const piece = whole.slice(at, at + size);
      at += size;
      return piece;
    },
    cancel: () => {},
  };
}

test("each character is looked at once, however many stand-ins there are", () => {
  let seen = 0;
  const writer = new JsonWriter();
  const counting = {
    pass(text: string) {
      seen += text.length;
      writer.pass(text);
    },
    write: (one: StandIn) => writer.write(one),
  };
  const inserting = insertingInto(new StandInSearch([A, B]), new InsertionBudget());
  const text = `[${A.text}${"x".repeat(1_000)}`.repeat(500);
  insertValues(text, inserting, { writer: counting });
  expect(seen).toBe(text.length - 500 * A.text.length);
  // Comparing costs a few times the length of each stand-in.
  expect(inserting.searching.left).toBeGreaterThan(StandInSearch.budget().left - 500 * 4 * 200);
});

test("a request has at most 1,000 stand-ins, wherever they are", () => {
  const many = (count: number) => A.text.repeat(count);
  expect(bodyOf(many(1_000), "text/plain")).toBe(A.value.repeat(1_000));
  const wrong = refused("at most 1000 stand-ins");
  expect(() => bodyOf(many(150_000), JSON_TYPE)).toThrow(wrong);
  expect(() => bodyOf(Buffer.from(many(20_000)).toString("base64"), "text/plain")).toThrow(wrong);
  expect(() => bodyOf(`${Buffer.from(many(1)).toString("base64")} `.repeat(20_000), "text/plain")).toThrow(wrong);
  expect(() => sentWith([A], { url: `${HOST}/${many(1_001)}` })).toThrow(wrong);
  expect(() => sentWith([A], { url: `${HOST}/?${many(1_001)}` })).toThrow(wrong);
  expect(() => sentWith([B], { headers: [["x", B.text.repeat(1_001)]] })).toThrow(wrong);
  const socket = { protocols: [B.text.repeat(1_001)], maxMessageBytes: 1 };
  expect(() => sentWith([B], { socket })).toThrow(wrong);
});

test("values of more than 256 kB are never put together", () => {
  const long = standIn("LONG", '"'.repeat(60_000));
  expect(() => bodyOf(`["${`${long.text} `.repeat(5_000)}"]`, JSON_TYPE, [long])).toThrow(refused("at most 256kB"));
  expect(bodyOf(long.text.repeat(4), "text/plain", [long])).toHaveLength(240_000);
});

test("JSON that is nested more than three levels deep is refused, whatever its backslashes claim", () => {
  const nested = (levels: number) => {
    let text: unknown = A.text;
    for (let level = 0; level < levels; level++) text = JSON.stringify({ text });
    return String(text);
  };
  expect(bodyOf(nested(3), JSON_TYPE)).not.toContain(A.text);
  expect(() => bodyOf(nested(4), JSON_TYPE)).toThrow(refused("more than 3 levels"));
  const wrong = refused("more than 3 levels");
  expect(() => bodyOf(`${"\\".repeat(65_535)}"${A.text.repeat(2_000)}`, JSON_TYPE)).toThrow(wrong);
  expect(() => bodyOf(`${"\\".repeat(15)}"${A.text}`, JSON_TYPE)).toThrow(wrong);
});

test("a text that only looks full of stand-ins is refused before it takes long", () => {
  const lengths = Array.from({ length: 90 }, (_, index) => standIn("N".repeat(index + 1), `value of number ${index}`));
  const text = `${A.text}${"standin_N".repeat(500_000)}`;
  expect(() => bodyOf(text, "text/plain", [A, ...lengths])).toThrow(refused("look like stand-ins"));
});

test("a value goes over TLS, and unencrypted only to the machine itself or where the rule has http: or a port", () => {
  const goes = (host: string, url: string) =>
    createSubstitution([standIn("A", "value-1234", [host])]).insert({ method: "GET", url, headers: [], body: null }) !==
    undefined;
  const cases: [host: string, url: string, goes: boolean][] = [
    ["api.example.com", "https://api.example.com/", true],
    ["api.example.com", "https://api.example.com:8443/", true],
    ["api.example.com", "wss://api.example.com/", true],
    ["api.example.com", "http://api.example.com/", false],
    ["api.example.com", "ws://api.example.com/", false],
    ["api.example.com:80", "http://api.example.com/", true],
    ["api.example.com:8080", "http://api.example.com:8080/", true],
    ["api.example.com:8080", "http://api.example.com/", false],
    ["https://api.example.com:8080", "http://api.example.com:8080/", false],
    ["api.example.com:443", "https://api.example.com/", true],
    ["api.example.com:443", "https://api.example.com:8443/", false],
    ["http://api.example.com", "http://api.example.com:8080/", true],
    ["http://api.example.com", "ws://api.example.com/", true],
    ["http://api.example.com", "https://api.example.com/", true],
    ["http://api.example.com:8080", "http://api.example.com/", false],
    ["https://api.example.com", "http://api.example.com/", false],
    ["https://localhost:8443", "http://localhost:8443/", false],
    ["localhost:8080", "http://localhost:8080/", true],
    ["127.0.0.1:8080", "http://127.0.0.1:8080/", true],
    ["127.0.0.1", "ws://127.0.0.1:8080/", true],
    ["[::1]:8080", "http://[::1]:8080/", true],
    ["10.0.0.1", "http://10.0.0.1/", false],
    ["localhost.example.com", "http://localhost.example.com/", false],
    ["127.0.0.1.example.com", "http://127.0.0.1.example.com/", false],
  ];
  for (const [host, url, expected] of cases) expect([host, url, goes(host, url)]).toEqual([host, url, expected]);
});

test("every form that is inserted is hidden again, and those that protocols and servers make of it", () => {
  const inserted = createSubstitution([A, B]).insert({ method: "GET", url: HOST, headers: [], body: null });
  if (inserted === undefined) throw new Error("nothing may be inserted");
  const { hider } = inserted;
  const forms = (text: string) => [
    bodyOf(text, "application/xml"),
    bodyOf(text, "text/plain"),
    bodyOf(text, "application/x-www-form-urlencoded"),
    ...[0, 1, 2].map((level) => {
      let nested: unknown = text;
      for (let at = 0; at <= level; at++) nested = JSON.stringify([nested]);
      return bodyOf(String(nested), JSON_TYPE);
    }),
    sentWith([A, B], { url: `${HOST}/${text}` }).url.slice(HOST.length),
    ...["", "a", "ab"].map((before) => Buffer.from(withValues(before + text)).toString("base64")),
    withValues(text).toLowerCase(),
    withValues(text).toUpperCase(),
    encodeURIComponent(withValues(text)).toLowerCase(),
    withValues(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    Bun.escapeHTML(withValues(text)),
    Buffer.from(withValues(text), "utf16le").toString("latin1"),
    Buffer.from(withValues(text), "utf16le").swap16().toString("latin1"),
  ];
  for (const { text } of [A, B]) {
    for (const form of forms(text)) {
      const hidden = hider.text(`before ${form} after`);
      expect(hidden).not.toContain(form);
      const isBase64 = /^[\w+/]+=*$/.test(form);
      if (!isBase64) expect(hidden.replaceAll("\0", "")).toContain(text);
    }
  }
});
