import type { JsonValue } from "../../../src/domain/json.ts";
import type { ConformanceProgram, ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = (work) => { try { return work(); } catch (error) { return "throws " + error.name; } };
  const bytes = (...list) => Uint8Array.from(list);
  const list = (iterable) => [...iterable];
`;

/** Expressions that have to give here what they give in Bun: the standard's own answers. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  Date: [
    `["2024-060", "2024-366", "2024-01", "2024", "2024-01-01T10:00:00z", "2024-01-01t10:00:00Z", "2024-00-10", "2024-13-01", "2024-02-30", "2024-01-32", "2024-1-5", "2024-W05-1", "+002024-01-01", "", "abc", "Thu, 01 Jan 1970 00:00:00 GMT", "1 Feb 2024 UTC"].map((text) => [new Date(text).getTime(), Date.parse(text)])`,
    `[typeof Date(), Date.name, Date.length, new Date(2024, 0, 31).getUTCMonth(), new Date(0) instanceof Date, new Date(0).constructor === Date, new (class extends Date {})(5).getTime(), new Date(new Date(7)).getTime(), new Date({ valueOf: () => 9 }).getTime(), Date.UTC(2024), tried(() => new Date(Symbol())), Object.prototype.toString.call(new Date())]`,
  ],
  URL: [
    `["https://user:pa%20ss@Example.COM:8080/a/../b/./c d?q=ü&x#frag ment", "http://[::1]:80/", "http://0x7f.1/", "file:///C:/a", "data:text/plain,x", "mailto:a@b", "http://ex%41mple.test", "//no-base", "http://a b", "http://a:99999", ""].map((text) => tried(() => JSON.stringify({ ...Object.fromEntries(["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"].map((part) => [part, new URL(text)[part]])) })))`,
    `[["b", "http://a.test/x/y"], ["../b?c", "http://a.test/x/y/z"], ["?q", "http://a.test/x"], ["//other.test/p", "https://a.test"], ["#h", "http://a.test/x#y"], ["x", "mailto:a"]].map(([text, base]) => tried(() => new URL(text, base).href))`,
    `(() => { const url = new URL("http://a.test/b"); url.pathname = "/c d"; url.search = "?x=1 2"; url.hash = "h"; url.port = "81"; url.protocol = "https"; url.username = "u"; url.hostname = "b.test"; url.host = "c.test:90"; url.port = "nonsense"; return [url.href, tried(() => { url.href = "nope"; })]; })()`,
    `(() => { const url = new URL("http://a.test/?a=1&b=2"); const params = url.searchParams; params.append("c", "3 4"); params.delete("a"); url.search = "?z=9"; const after = params.get("z"); params.set("y", "ü&="); return [url.href, after, params === url.searchParams, String(params)]; })()`,
    `[URL.canParse("http://a"), URL.canParse("a"), URL.canParse("a", "http://b"), URL.parse("nope"), URL.parse("http://a.test")?.href, String(new URL("http://a.test")), JSON.stringify({ u: new URL("http://a.test/x") }), Object.prototype.toString.call(new URL("http://a"))]`,
    `[new URL(new URL("http://a.test/x")).href, tried(() => new URL()), tried(() => URL("http://a"))]`,
  ],
  URLSearchParams: [
    `["?a=1&b=2&a=3", "a=%20+%2B&=x&y&&z=", "a=%zz&b=%e4%f6", "%F0%9F%98%80=1", "a=1;b=2"].map((text) => list(new URLSearchParams(text)))`,
    `[list(new URLSearchParams({ a: 1, b: "x y" })), list(new URLSearchParams([["a", "1"], ["a", "2"]])), list(new URLSearchParams(new Map([["k", "v"]]))), list(new URLSearchParams(new URLSearchParams("q=1"))), tried(() => new URLSearchParams([["a"]])), list(new URLSearchParams())]`,
    `(() => { const p = new URLSearchParams("b=2&a=1&b=3&c"); p.sort(); const first = String(p); p.append("a", "x"); p.set("b", "only"); p.delete("c"); p.delete("a", "x"); return [first, String(p), p.has("a"), p.has("a", "2"), p.get("none"), p.getAll("b"), p.size, list(p.keys()), list(p.values()), list(p.entries())]; })()`,
    `String(new URLSearchParams({ all: "azAZ09*-._ ~!'()&=+%\\u0000\\u00ff\\ud83d\\ude00\\ud800" }))`,
    `(() => { const seen = []; new URLSearchParams("a=1&b=2").forEach(function (value, name, all) { seen.push([value, name, all instanceof URLSearchParams, this.x]); }, { x: 1 }); return seen; })()`,
  ],
  Headers: [
    `list(new Headers({ "B-b": " x ", a: "1", "C": 2 }))`,
    `(() => { const h = new Headers([["a", "1"], ["A", "2"], ["set-cookie", "x=1"], ["Set-Cookie", "y=2"]]); h.append("b", "3"); h.set("a", "9"); h.delete("B"); return [list(h), h.get("A"), h.has("b"), h.getSetCookie(), list(h.keys()), list(h.values())]; })()`,
    `[tried(() => new Headers({ "a b": "1" })), tried(() => new Headers({ "": "1" })), tried(() => new Headers({ a: "x\\ny" })), tried(() => new Headers([["a"]])), tried(() => new Headers({ a: "\\u20ac" })), new Headers({ a: "\\u00e4" }).get("a")]`,
    `(() => { const seen = []; new Headers({ a: "1" }).forEach((value, name) => seen.push([value, name])); return [seen, Object.prototype.toString.call(new Headers()), list(new Headers(new Headers({ x: "y" })))]; })()`,
  ],
  TextEncoder: [
    `["", "abc", "äöü€", "\\u{1f600}", "a\\ud800b", "\\udc00", "\\u0000"].map((text) => list(new TextEncoder().encode(text)))`,
    `(() => { const target = new Uint8Array(5); const result = new TextEncoder().encodeInto("a€\\u{1f600}", target); return [result.read, result.written, list(target), new TextEncoder().encoding, list(new TextEncoder().encode()), list(new TextEncoder().encode(12))]; })()`,
  ],
  TextDecoder: [
    `[bytes(), bytes(0x61, 0xc3, 0xa4), bytes(0xef, 0xbb, 0xbf, 0x61), bytes(0xff, 0xfe, 0x41), bytes(0xe2, 0x82), bytes(0xf0, 0x9f, 0x98, 0x80), bytes(0xed, 0xa0, 0x80), bytes(0xc0, 0x80), bytes(0xf4, 0x90, 0x80, 0x80)].map((value) => new TextDecoder().decode(value))`,
    `[tried(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xff))), new TextDecoder("utf8", { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf, 0x61)).length, new TextDecoder("utf-8", { fatal: true }).decode(bytes(0x61)), tried(() => new TextDecoder("nonsense"))]`,
    `["utf-8", "UTF8", "latin1", "iso-8859-1", "windows-1252", "utf-16", "utf-16le", "utf-16be", "ascii", "shift_jis", "euc-kr", "gbk", "big5"].map((label) => tried(() => new TextDecoder(label).encoding))`,
    `[new TextDecoder("windows-1252").decode(bytes(0x80, 0xe4, 0x9f)), new TextDecoder("utf-16le").decode(bytes(0x41, 0, 0x3d, 0xd8, 0, 0xde)), new TextDecoder("utf-16be").decode(bytes(0, 0x41, 0xd8, 0x3d, 0xde, 0)), new TextDecoder("shift_jis").decode(bytes(0x82, 0xa0)), new TextDecoder("gbk").decode(bytes(0xc4, 0xe3)), new TextDecoder("utf-16le").decode(bytes(0x41))]`,
    `(() => { const decoder = new TextDecoder(); const parts = [bytes(0xef), bytes(0xbb, 0xbf, 0xe2), bytes(0x82), bytes(0xac, 0xf0, 0x9f), bytes(0x98, 0x80, 0xc3)]; return [...parts.map((part) => decoder.decode(part, { stream: true })), decoder.decode()]; })()`,
    `(() => { const decoder = new TextDecoder(); return [decoder.decode(bytes(0x61), { stream: true }), decoder.decode(bytes(0xef, 0xbb, 0xbf, 0x62), { stream: true }).length, decoder.decode(), decoder.decode(bytes(0xef, 0xbb, 0xbf, 0x63))]; })()`,
    `(() => { const decoder = new TextDecoder("utf-16le"); return [decoder.decode(bytes(0x41), { stream: true }), decoder.decode(bytes(0, 0x3d, 0xd8), { stream: true }), decoder.decode(bytes(0, 0xde), { stream: true }), decoder.decode()]; })()`,
    `(() => { const decoder = new TextDecoder("utf-8", { fatal: true }); return [decoder.decode(bytes(0xc3), { stream: true }), tried(() => decoder.decode()), tried(() => decoder.decode(bytes(0x61)))]; })()`,
    `(() => { const buffer = bytes(0x78, 0x61, 0x62, 0x78).buffer; return [new TextDecoder().decode(buffer), new TextDecoder().decode(new DataView(buffer, 1, 2)), new TextDecoder().decode(new Uint16Array(buffer)), tried(() => new TextDecoder().decode("text")), new TextDecoder().decode(undefined)]; })()`,
    `new TextDecoder().decode(new Uint8Array(200_000).fill(0xe4)).length`,
    `new TextDecoder().decode(new TextEncoder().encode("ä€\\u{1f600}".repeat(30_000))).length`,
  ],
  base64: [
    `["", "a", "ab", "abc", "\\u0000\\u00ff"].map((text) => btoa(text)).concat([tried(() => btoa("€"))])`,
    `["", "YQ==", "YWI", " Y Q = = ", "AP8="].map((text) => atob(text).length).concat([tried(() => atob("Y")), tried(() => atob("Y*=="))])`,
  ],
  structuredClone: [
    `structuredClone({ a: [1, { b: null }], c: "x", d: undefined, e: NaN })`,
    `(() => { const value = { when: new Date(5), pattern: /a/gi, map: new Map([[{ k: 1 }, new Set([1])]]), bytes: bytes(1, 2), boxed: Object("s"), big: 5n }; const copy = structuredClone(value); return [copy.when.getTime(), copy.when !== value.when, String(copy.pattern), [...copy.map.keys()][0].k, [...copy.map.values()][0].has(1), list(copy.bytes), copy.bytes.buffer !== value.bytes.buffer, typeof copy.boxed, String(copy.big)]; })()`,
    `(() => { const a = { list: [] }; a.self = a; a.list.push(a.list); const copy = structuredClone(a); return [copy.self === copy, copy.list[0] === copy.list, copy !== a]; })()`,
    `(() => { const buffer = new ArrayBuffer(4); const copy = structuredClone({ a: new Uint8Array(buffer, 1, 2), b: new DataView(buffer) }); return [copy.a.buffer === copy.b.buffer, copy.a.byteOffset, copy.a.length, copy.b.byteLength]; })()`,
    `[tried(() => structuredClone(() => 1)), tried(() => structuredClone(Symbol("x"))), tried(() => structuredClone({ f() {} })), tried(() => structuredClone(new WeakMap())), tried(() => structuredClone(Promise.resolve())), tried(() => structuredClone())]`,
    `(() => { const copy = structuredClone(new RangeError("m")); return [copy instanceof RangeError, copy.name, copy.message]; })()`,
    `(() => { class Point { x = 1; get y() { return 2; } } const copy = structuredClone(new Point()); return [copy.constructor === Object, copy]; })()`,
    `(() => { const sparse = [1, , 3]; sparse.extra = "e"; const copy = structuredClone(sparse); return [copy.length, 1 in copy, copy.extra]; })()`,
    `(() => { let reads = 0; const copy = structuredClone({ get a() { reads += 1; return 1; } }); return [copy, reads]; })()`,
    `(() => { const value = JSON.parse('{"__proto__":{"x":1},"a":2}'); const copy = structuredClone(value); return [Object.keys(copy), copy.x === undefined]; })()`,
    `(() => { const buffer = new ArrayBuffer(8); const copy = structuredClone({ buffer }, { transfer: [buffer] }); return [buffer.byteLength, copy.buffer.byteLength]; })()`,
  ],
  AbortController: [
    `(() => { const c = new AbortController(); const seen = []; c.signal.addEventListener("abort", (event) => seen.push(event.type, event.target === c.signal)); c.signal.onabort = () => seen.push("on"); c.abort("why"); c.abort("again"); return [seen.length, c.signal.aborted, c.signal.reason, tried(() => c.signal.throwIfAborted())]; })()`,
    `(() => { const c = new AbortController(); const seen = []; c.signal.addEventListener("abort", () => seen.push("first")); c.signal.onabort = function (event) { seen.push(event.target === c.signal, event.currentTarget === c.signal, this === c.signal, event.type); }; c.signal.addEventListener("abort", () => seen.push("last")); c.abort(); return seen; })()`,
    `(() => { const c = new AbortController(); const seen = []; c.signal.onabort = () => seen.push("old"); c.signal.onabort = () => seen.push("new"); c.signal.onabort = null; c.abort(); return [seen, c.signal.onabort]; })()`,
    `(() => { const c = new AbortController(); let event; c.signal.onabort = (e) => { event = e; }; c.abort(); return [event.currentTarget, event.target === c.signal, event.bubbles, event.cancelable]; })()`,
    `(() => { const target = new EventTarget(); const seen = []; const third = () => seen.push(3); target.addEventListener("x", (e) => { seen.push(1); target.removeEventListener("x", third); }); target.addEventListener("x", (e) => { seen.push(2); e.stopImmediatePropagation(); }); target.addEventListener("x", third); target.addEventListener("x", () => seen.push(4)); target.dispatchEvent(new Event("x")); return seen; })()`,
    `(() => { const c = new AbortController(); c.abort(); return [c.signal.reason.name, c.signal.reason instanceof DOMException, AbortSignal.abort().aborted, AbortSignal.abort(5).reason, tried(() => new AbortSignal())]; })()`,
    `(() => { const [a, b] = [new AbortController(), new AbortController()]; const any = AbortSignal.any([a.signal, b.signal]); let count = 0; any.addEventListener("abort", () => { count += 1; }); b.abort("b"); a.abort("a"); return [any.aborted, any.reason, count, AbortSignal.any([]).aborted, AbortSignal.any([AbortSignal.abort(1), a.signal]).reason]; })()`,
    `(() => { const target = new EventTarget(); const seen = []; const listener = { handleEvent(event) { seen.push(event.type, this === listener); } }; const once = () => seen.push("once"); target.addEventListener("x", listener); target.addEventListener("x", listener); target.addEventListener("x", once, { once: true }); target.dispatchEvent(new Event("x")); target.removeEventListener("x", listener); target.dispatchEvent(new Event("x")); return [seen, target.dispatchEvent(new Event("y", { cancelable: true }))]; })()`,
    `(() => { const target = new EventTarget(); target.addEventListener("x", (event) => event.preventDefault()); return [target.dispatchEvent(new Event("x", { cancelable: true })), target.dispatchEvent(new Event("x"))]; })()`,
    `(() => { const c = new AbortController(); const target = new EventTarget(); let count = 0; target.addEventListener("x", () => { count += 1; }, { signal: c.signal }); target.dispatchEvent(new Event("x")); c.abort(); target.dispatchEvent(new Event("x")); return count; })()`,
  ],
  DOMException: [
    `(() => { const error = new DOMException("m", "AbortError"); return [error.name, error.message, error.code, error instanceof Error, new DOMException().name, String(error)]; })()`,
  ],
  language: [
    `[0.1 + 0.2, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308, (25).toString(36), (0.5).toString(2), (1234.5678).toFixed(2), (1e21).toFixed(2), (0.000001234).toPrecision(2), (12345).toExponential(2), -0].map(String)`,
    `["ﬁ".normalize("NFKC"), "a".localeCompare("b") < 0, "I".toLowerCase(), "ß".toUpperCase(), "a\\u0301".normalize("NFC").length, [..."a\\u{1f600}b"].length, "abc".at(-1), "x".padStart(3, "ab"), "a-b-c".replaceAll("-", "+"), "\\ud800".toWellFormed()]`,
    `["2020-02-30", "2020-01-01", "2020-01-01T00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense", "2020-01-01T00:00:00+02:00"].map((text) => tried(() => new Date(Date.parse(text)).toISOString()))`,
    `[/(?<year>\\d{4})/.exec("in 2024").groups.year, "aBc".replace(/b/i, (m) => m + m), /\\p{L}+/u.exec("äöü")[0], /a(?=b)/.test("ab"), /(?<=a)b/.test("ab"), [..."a1b2".matchAll(/\\d/g)].length, /[\\p{L}--[a-z]]/v.test("A")]`,
    `[[3, 1, 2].toSorted(), [1, 2, 3].toReversed(), [1, [2, [3]]].flat(Infinity), Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")), [1, 2, 3].findLast((n) => n < 3), new Set([1, 2]).union(new Set([3])).size, Array.fromAsync !== undefined, list(new Set([1, 2]).intersection(new Set([2])))]`,
    `[2n ** 100n, -7n / 2n, BigInt.asUintN(8, 257n), BigInt("0x1f"), 10n ** 30n].map(String)`,
    `list((function* () { const x = yield 1; yield* [2, 3]; })())`,
    `[1, 2, 3].values().map((n) => n * 2).filter((n) => n > 2).toArray()`,
  ],
};

function sameAsHost(title: string, expression: string): ConformanceProgram {
  const host = new Function(`${PRELUDE} return JSON.stringify([${expression}])`) as () => string;
  return {
    name: `${title}: ${expression.slice(0, 90)}`,
    code: `${PRELUDE} () => [${expression}]`,
    output: JSON.parse(host()) as JsonValue,
  };
}

/** The web's interfaces, compared with the host's own. */
export const web: ProgramGroup = {
  title: "web interfaces",
  programs: Object.entries(SAME).flatMap(([title, all]) => all.map((expression) => sameAsHost(title, expression))),
};
