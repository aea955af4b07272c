import { allEnd, type HostileClass } from "./program.ts";

/** Work inside one built-in, where the engine's own handler is seldom asked or never. */
export const builtins: HostileClass = {
  title: "built-ins that never ask",
  programs: {
    ...allEnd("TIME_LIMIT", {
      "reverse of a length": "() => [].reverse.call({ length: 2 ** 53 - 2 })",
      "fill of a length": "() => [].fill.call({ length: 2 ** 53 - 1, set 0(v) {} }, 0, 2 ** 40)",
      "lastIndexOf on a length": "() => [].lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)",
      "indexOf on a length": "() => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)",
      "includes on a length": "() => [].includes.call({ length: 2 ** 53 - 1 }, 1)",
      "copyWithin on a length": "() => [].copyWithin.call({ length: 2 ** 53 - 1 }, 0, 2 ** 52)",
      "unshift on a length": "() => [].unshift.call({ length: 2 ** 53 - 2 }, 1)",
      "splice on a length": "() => [].splice.call({ length: 2 ** 53 - 2 }, 0, 1)",
      "shift on a length": "() => [].shift.call({ length: 2 ** 53 - 1 })",
      "every on a length": "() => [].every.call({ length: 2 ** 53 - 1 }, () => true)",
      "forEach on a proxy of any length":
        "() => [].forEach.call(new Proxy([], { get: (t, k) => (k === 'length' ? 2 ** 53 - 1 : t[k]), has: () => false }), () => 1)",
      "join of empty items": "() => [].join.call({ length: 2 ** 53 - 1 }, '')",
      "String.raw of a length": "() => String.raw({ raw: { length: 2 ** 53 - 1 } })",
      "flat of a length": "() => [].flat.call({ length: 2 ** 53 - 1 })",
      "concat of a length": "() => [].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true })",
      "indexOf in a long text": "() => { const s = 'a'.repeat(1e6); for (;;) s.indexOf('a'.repeat(5e5) + 'b'); }",
      "lastIndexOf in a long text":
        "() => { const s = 'a'.repeat(1e6); for (;;) s.lastIndexOf('b' + 'a'.repeat(5e5)); }",
      "JSON.stringify of millions of items":
        "() => { const a = new Array(1e5).fill('x'); for (;;) JSON.stringify([a, a, a, a, a, a]); }",
      "JSON.stringify of what is shared":
        "() => { let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; for (;;) JSON.stringify(a, (k, v) => (k === '0' ? v : 1)); }",
      "TypedArray.fill": "() => { const a = new Uint8Array(2e7); for (;;) a.fill(1); }",
      "TypedArray.set of itself": "() => { const a = new Uint8Array(2e7); for (;;) a.set(a.subarray(1)); }",
      "TypedArray.sort": "() => { const a = Float64Array.from({ length: 2e5 }, (_, i) => -i); for (;;) a.toSorted(); }",
      "Array.sort": "() => { for (;;) Array.from({ length: 2e4 }, (_, i) => -i).sort((a, b) => a - b); }",
      "power of a bigint": "() => { for (let n = 3n; ; n += 2n) n ** 100_000n; }",
      "text of a bigint": "() => { const n = 3n ** 60_000n; for (;;) n.toString(); }",
      "bigint of a text": "() => { const text = '7'.repeat(50_000); for (;;) BigInt(text); }",
      "remainder of bigints": "() => { const n = 7n ** 20_000n; for (;;) (n * n) % (n - 1n); }",
      "regular expression, nested repeat": "() => /^(a+)+$/.test('a'.repeat(50) + 'b')",
      "regular expression, alternatives": "() => /^(a|a)*$/.test('a'.repeat(50) + 'b')",
      "regular expression, back reference": "() => /^(a*)*\\1b$/.test('a'.repeat(60))",
      "regular expression, look-ahead": "() => /^(?=(a+)+$)a/.test('a'.repeat(50) + 'b')",
      "regular expression, look-behind": "() => /(?<=x(a+)+)b/.test('a'.repeat(50) + 'b')",
      "regular expression, by far too many steps": "() => /a*a*a*a*a*a*a*a*b/.test('a'.repeat(500))",
      "regular expression, case folded":
        "() => /^(?:[\\u0100-\\uffff]|.)*$/iu.test('ǆ'.repeat(1e5)) && /^(x+x+)+y/i.test('x'.repeat(60))",
      "split by a pattern": "() => { const s = 'ab'.repeat(1e5); for (;;) s.split(/(?:)/u).length; }",
      replaceAll: "() => { const s = 'a'.repeat(1e5); for (;;) s.replaceAll('a', 'b'); }",
      "a date of a long text": "() => { const s = '1'.repeat(1e6); for (;;) Date.parse(s); }",
      normalize: "() => { const s = 'a\\u0301\\u0323'.repeat(1e5); for (;;) s.normalize('NFKD'); }",
      localeCompare: "() => { const s = 'a\\u0301'.repeat(1e5); for (;;) s.localeCompare(s + 'x'); }",
      "upper case": "() => { const s = 'ß'.repeat(2e5); for (;;) s.toUpperCase(); }",
      encodeURIComponent: "() => { const s = 'ü'.repeat(2e5); for (;;) encodeURIComponent(s); }",
      "number to text": "() => { for (let i = 0.1; ; i += 1e-9) (i * 1e300).toFixed(100) || i.toString(36); }",
      "structuredClone over and over":
        "() => { const a = Array.from({ length: 1e4 }, () => ({})); for (;;) structuredClone(a); }",
      "TextDecoder over and over":
        "() => { const bytes = new Uint8Array(5e6).fill(0xe4); for (;;) new TextDecoder().decode(bytes); }",
      "TextDecoder of much at a time":
        "() => { const bytes = new Uint8Array(8e6).fill(0xe4); for (;;) new TextDecoder('gbk').decode(bytes); }",
      "TextEncoder over and over": "() => { const text = 'ü'.repeat(1e6); for (;;) new TextEncoder().encode(text); }",
      "atob over and over": "() => { const text = btoa('x'.repeat(1e6)); for (;;) atob(text); }",
      "hosts of URLs that take long to put in order":
        "() => { const host = 'http://a' + '\\u0316\\u0301'.repeat(3e4); for (;;) { try { new URL(host); } catch {} try { new URL('//' + host.slice(7), 'ws://b'); } catch {} } }",
      "hosts of URLs that take long, encoded and in disguise":
        "() => { const host = 'h\\ttTp:a' + '%CC%96%CC%81'.repeat(9e3); for (;;) { try { new URL(host); } catch {} try { new URL('/x', host); } catch {} } }",
      "hosts of URLs that take long, set":
        "() => { const url = new URL('http://a.test'); const host = 'a' + '\\u0316\\u0301'.repeat(3e4); for (;;) { url.host = host; url.hostname = host; try { url.href = 'http://' + host; } catch {} } }",
      "hosts of requests that take long":
        "() => { for (;;) { try { fetch('http://a' + '\\u0316\\u0301'.repeat(1.5e4)).catch(() => {}); } catch {} } }",
      "URL over and over": "() => { for (;;) new URL('http://a.test/' + 'ü'.repeat(2e4)); }",
      "random numbers over and over": "() => { const a = new Uint8Array(65_536); for (;;) crypto.getRandomValues(a); }",
      "eval of long texts": "() => { for (let i = 0; ; i++) eval('1' + '+1'.repeat(2e4)); }",
      "compiling patterns": "() => { for (let i = 0; ; i++) new RegExp('(a|b|c){1,50}'.repeat(100) + i); }",
    }),
    ...allEnd(["TIME_LIMIT", "MEMORY_LIMIT"], {
      "Array.from of a length": "() => Array.from({ length: 2 ** 32 - 1 })",
      "a Map of everything": "() => { const m = new Map(); for (let i = 0; ; i++) m.set(i, i); }",
      "spread of a long text": "() => [...'a'.repeat(1e8)]",
    }),
    ...allEnd("TASK_FAILED", {
      "repeat beyond the longest text": "() => 'a'.repeat(2 ** 40)",
      "padding beyond the longest text": "() => 'a'.padEnd(2 ** 31)",
      "a bigint beyond the largest": "() => 2n ** (2n ** 64n)",
      "shifting a bigint without end": "() => 1n << (2n ** 40n)",
      "toSorted of a length": "() => [].toSorted.call({ length: 2 ** 32 - 2 })",
      "an array too long": "() => new Array(2 ** 33)",
      "more arguments than there can be": "() => Reflect.apply(() => 1, null, { length: 2 ** 31 })",
      "bytes beyond all memory": "() => new ArrayBuffer(2 ** 52)",
    }),
  },
};
