import type { HostileClass } from "./program.ts";

const KEY = `const { subtle } = crypto; const key = await subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits", "deriveKey"]);`;
const ROUNDS = `{ name: ["PBKDF2"], hash: "SHA-512", salt: new Uint8Array(8), iterations: 300_000 }`;
const RSA = `{ name: ["RSA-OAEP"], modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }`;
const settled = (calls: string) =>
  `const all = await Promise.allSettled(${calls}); return all.filter(({ status }) => status === "fulfilled").length;`;
const body = (text: string) => `async () => { const { subtle } = crypto; ${text} }`;

/** A time limit in which none of them can be done. */
const BRIEF = { timeMs: 200 };

/** Work for the runtime's cryptography that would take minutes, or gigabytes. */
export const cryptography: HostileClass = {
  title: "cryptography",
  programs: {
    "RSA keys of public exponents that take long to suit": {
      code: body(
        settled(
          `[[0], [1], [2], [9], [255, 255, 255, 255, 255, 255, 255, 255, 255]].map((e) => subtle.generateKey({ ...${RSA}, publicExponent: Uint8Array.from(e) }, true, ["encrypt", "decrypt"]))`,
        ),
      ),
      output: 0,
    },
    "PBKDF2 of many iterations": {
      code: `async () => { ${KEY} await subtle.deriveBits({ ...${ROUNDS}, iterations: 2_000_000 }, key, 512); }`,
      ends: "TIME_LIMIT",
      limits: BRIEF,
    },
    "PBKDF2 many times at once": {
      code: `async () => { ${KEY} await Promise.all(Array.from({ length: 200 }, () => subtle.deriveBits(${ROUNDS}, key, 512))); }`,
      ends: "TIME_LIMIT",
      limits: BRIEF,
    },
    "PBKDF2 for keys, not awaited, and an end at once": {
      code: `async () => { ${KEY} for (let i = 0; i < 50; i++) subtle.deriveKey(${ROUNDS}, key, { name: "HMAC", hash: "SHA-1", length: 65_536 }, true, ["sign"]); return "ended"; }`,
      output: "ended",
    },
    "PBKDF2 of a huge salt for many bits": {
      code: `async () => { ${KEY} return (await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: new Uint8Array(15_000_000), iterations: 1 }, key, 65_536)).byteLength; }`,
      output: 8_192,
      limits: { memoryBytes: 64 * 1024 * 1024 },
    },
    "RSA keys, many at once": {
      code: body(
        `await Promise.all(Array.from({ length: 50 }, () => subtle.generateKey(${RSA}, false, ["decrypt"])));`,
      ),
      ends: "TIME_LIMIT",
      limits: BRIEF,
    },
    "RSA keys, not awaited, and an end at once": {
      code: body(`for (let i = 0; i < 50; i++) subtle.generateKey(${RSA}, false, ["decrypt"]); return "ended";`),
      output: "ended",
    },
    "huge keys": {
      code: body(
        settled(
          `Array.from({ length: 60 }, () => subtle.importKey("raw", new Uint8Array(15e6), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]))`,
        ),
      ),
      output: 0,
      limits: { memoryBytes: 64 * 1024 * 1024 },
    },
    "keys without end": {
      code: body(
        `for (let n = 0; ; n++) { try { await subtle.importKey("raw", new Uint8Array(65_536), "HKDF", false, ["deriveBits"]); } catch (error) { return [error.name, n < 1000]; } }`,
      ),
      output: ["QuotaExceededError", true],
    },
    "digests that nobody awaits": {
      code: body(
        `const data = new Uint8Array(1e6); let refused = 0; for (let i = 0; i < 400; i++) subtle.digest("SHA-256", data).catch(() => { refused++; }); await null; return refused > 350;`,
      ),
      output: true,
    },
    "calls without data, without end": {
      code: body(
        `let refused = 0; for (let i = 0; i < 10_200; i++) subtle.digest("SHA-256", new Uint8Array(0)).catch(() => { refused++; }); await null; await null; return refused > 0;`,
      ),
      output: true,
      limits: { timeMs: 60_000 },
    },
    "ciphers of much data, in a circle": {
      code: body(
        `const key = await subtle.generateKey({ name: "AES-CBC", length: 256 }, false, ["encrypt"]); for (;;) await subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(16) }, key, new Uint8Array(4_000_000));`,
      ),
      ends: "TIME_LIMIT",
      limits: { timeMs: 300, memoryBytes: 64 * 1024 * 1024 },
    },
    "JSON that is unwrapped": {
      code: body(
        `const key = await subtle.importKey("raw", new Uint8Array(16), "AES-CTR", false, ["encrypt", "unwrapKey"]); const how = { name: "AES-CTR", counter: new Uint8Array(16), length: 64 };
         const json = await subtle.encrypt(how, key, new TextEncoder().encode("[" + "{},".repeat(3e6) + "1]"));
         return subtle.unwrapKey("jwk", json, key, how, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]).catch((error) => error.name);`,
      ),
      output: "OperationError",
      limits: { memoryBytes: 64 * 1024 * 1024 },
    },
    "an RSA key of 16,384 bits, made of chosen numbers": {
      code: body(
        `const n = "_".repeat(2_731); const jwk = { kty: "RSA", n, e: "AQAB", d: n, p: n.slice(0, 1_366), q: n.slice(0, 1_366), dp: n.slice(0, 1_366), dq: n.slice(0, 1_366), qi: n.slice(0, 1_366) };
         return subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-256" }, true, ["sign"]).catch((error) => error.name);`,
      ),
      output: "OperationError",
    },
  },
};
