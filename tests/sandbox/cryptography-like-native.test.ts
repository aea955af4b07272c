import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { outputOf } from "../conformance/request.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** Tries calls and notes what came of each: a result in short, or the name of the error. */
const PRELUDE = `
  const { subtle } = crypto;
  const seen = [];
  const facts = ({ type, extractable, usages, algorithm: { name, hash, length, namedCurve, modulusLength } }) =>
    JSON.stringify([type, extractable, [...usages].sort(), name, hash?.name, length, namedCurve, modulusLength]);
  const show = (value) => {
    if (value instanceof ArrayBuffer) return Array.from(new Uint8Array(value)).join();
    if (value?.privateKey) return [value.publicKey, value.privateKey].map(facts).join();
    return value?.usages ? facts(value) : JSON.stringify(value);
  };
  /** With random is what differs from time to time: then only the length counts. */
  const attempt = async (label, call, random = false) => {
    try {
      const value = await call();
      seen.push(label + " gives " + (random ? value.byteLength : show(value)));
      return value;
    } catch (error) {
      seen.push(label + " fails with " + error.name);
    }
  };
  const exponent = new Uint8Array([1, 0, 1]);
  const usages = [[], ["encrypt"], ["sign"], ["verify"], ["deriveBits"], ["wrapKey"], ["sign", "verify"], ["encrypt", "decrypt"], ["sign", "sign"]];
`;

/** Programs that cross arguments with each other, right and wrong ones. */
const PROGRAMS: Readonly<Record<string, string>> = {
  generateKey: `
    const algorithms = [
      ...["AES-CBC", "AES-GCM", "AES-KW"].flatMap((name) => [128, 256, 64, 0].map((length) => ({ name, length }))),
      ...["SHA-1", "SHA-512"].flatMap((hash) => [undefined, 0, 8, 511].map((length) => ({ name: "HMAC", hash, length }))),
      ...["ECDSA", "ECDH"].flatMap((name) => ["P-256", "P-521", "p-256", ""].map((namedCurve) => ({ name, namedCurve }))),
      { name: "ed25519" }, { name: "X25519" }, { name: "RSA-PSS", modulusLength: 1024, publicExponent: exponent, hash: "SHA-256" },
    ];
    for (const algorithm of algorithms) for (const used of usages) for (const extractable of [true, false])
      await attempt(JSON.stringify(algorithm) + used + extractable, () => subtle.generateKey(algorithm, extractable, used));
  `,
  importKey: `
    const algorithms = [
      ...["AES-CBC", "AES-KW", "HKDF", "PBKDF2", "Ed25519", "X25519"].map((name) => ({ name })),
      { name: "HMAC", hash: "SHA-256" }, { name: "HMAC", hash: "SHA-1", length: 125 }, { name: "HMAC", hash: "SHA-1", length: 0 },
      { name: "ECDSA", namedCurve: "P-256" }, { name: "RSA-PSS", hash: "SHA-256" },
    ];
    const more = [{}, { alg: "A128CBC" }, { use: "sig" }, { ext: false }, { key_ops: ["sign"] }];
    for (const algorithm of algorithms) for (const format of ["raw", "jwk", "spki", "pkcs8"]) for (const [i, size] of [0, 16, 32, 33, 65].entries()) for (const used of usages) {
      const data = format === "jwk" ? { kty: "oct", k: "A".repeat(Math.ceil((size * 4) / 3)), ...more[i] } : new Uint8Array(size).fill(4);
      await attempt(JSON.stringify(algorithm) + format + size + used, () => subtle.importKey(format, data, algorithm, true, used));
    }
  `,
  "exportKey, and importKey again, of pairs": `
    const kinds = [[{ name: "ECDSA", namedCurve: "P-384" }, ["sign", "verify"]], [{ name: "X25519" }, ["deriveBits"]], [{ name: "Ed25519" }, ["sign", "verify"]], [{ name: "RSA-OAEP", modulusLength: 1024, publicExponent: exponent, hash: "SHA-256" }, ["encrypt", "decrypt"]]];
    for (const [algorithm, used] of kinds) {
      const pair = await subtle.generateKey(algorithm, true, used);
      for (const part of ["publicKey", "privateKey"]) for (const format of ["raw", "spki", "pkcs8", "jwk"]) {
        const label = algorithm.name + part + format;
        const data = await subtle.exportKey(format, pair[part]).catch((error) => seen.push(label + error.name));
        if (typeof data === "number") continue;
        for (const again of usages) await attempt(label + again, () => subtle.importKey(format, data, algorithm, false, again));
        if (format !== "jwk") await attempt(label + " cut", () => subtle.importKey(format, data.slice(1), algorithm, true, []));
        else for (const member of Object.keys(data)) {
          const { [member]: _, ...without } = data;
          await attempt(label + " without " + member, () => subtle.importKey("jwk", without, algorithm, true, []));
          if (typeof data[member] === "string") await attempt(label + " with another " + member, () => subtle.importKey("jwk", { ...data, [member]: "!" }, algorithm, true, []));
        }
      }
    }
  `,
  "encrypt and decrypt": `
    for (const name of ["AES-CBC", "AES-CTR", "AES-GCM"]) for (const bits of [128, 256]) {
      const key = await subtle.importKey("raw", new Uint8Array(bits / 8).fill(9), name, true, ["encrypt", "decrypt"]);
      for (const iv of [0, 1, 12, 16, 17]) for (const length of [0, 1, 8, 96, 128, 129]) for (const size of [0, 16, 33]) {
        const how = { name, iv: new Uint8Array(iv), counter: new Uint8Array(iv).fill(255), length, tagLength: length, additionalData: new Uint8Array(length) };
        const data = new Uint8Array(size).fill(7);
        await attempt([name, bits, iv, length, size, "encrypt"].join(), () => subtle.encrypt(how, key, data));
        await attempt([name, bits, iv, length, size, "decrypt"].join(), () => subtle.decrypt(how, key, data));
      }
    }
  `,
  "deriveBits and deriveKey": `
    for (const name of ["PBKDF2", "HKDF"]) for (const password of [0, 3, 200]) {
      const key = await subtle.importKey("raw", new Uint8Array(password).fill(5), name, false, ["deriveBits", "deriveKey"]);
      const half = await subtle.importKey("raw", new Uint8Array(password).fill(5), name, false, ["deriveKey"]);
      for (const hash of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"]) for (const size of [0, 9, 300]) for (const iterations of [0, 1, 50]) {
        const how = { name, hash, salt: new Uint8Array(size), info: new Uint8Array(iterations), iterations };
        const label = [name, password, hash, size, iterations].join();
        for (const bits of [0, 8, 520, 2048, null, 7]) await attempt(label + bits, () => subtle.deriveBits(how, key, bits));
        await attempt(label + " not for bits", () => subtle.deriveBits(how, half, 8));
        for (const type of [{ name: "AES-GCM", length: 256 }, { name: "AES-KW", length: 100 }, { name: "HMAC", hash: "SHA-512" }, { name: "HMAC", hash: "SHA-1", length: 100 }, "HKDF"]) for (const used of [["encrypt"], ["sign"], []])
          await attempt(label + JSON.stringify(type) + used, async () => { const made = await subtle.deriveKey(how, key, type, true, used); return facts(made) + show(await subtle.exportKey("raw", made)); });
      }
    }
  `,
  "wrapKey and unwrapKey": `
    const rsa = await subtle.generateKey({ name: "RSA-OAEP", modulusLength: 1024, publicExponent: exponent, hash: "SHA-1" }, true, ["wrapKey", "unwrapKey"]);
    const raw = (algorithm, used, extractable = true) => subtle.importKey("raw", new Uint8Array(16).fill(3), algorithm, extractable, used);
    const hmac = { name: "HMAC", hash: "SHA-1" };
    const kinds = [[await raw("AES-GCM", ["encrypt"]), "AES-GCM", ["encrypt"]], [await raw(hmac, ["sign"]), hmac, ["sign"]], [(await subtle.generateKey("Ed25519", true, ["sign"])).privateKey, "Ed25519", ["sign"]], [await raw("AES-GCM", ["encrypt"], false), "AES-GCM", ["encrypt"]]];
    for (const how of [{ name: "AES-KW" }, { name: "AES-CBC", iv: new Uint8Array(16) }, { name: "AES-GCM", iv: new Uint8Array(12) }, { name: "RSA-OAEP" }]) {
      const both = how.name === "RSA-OAEP" ? undefined : await raw(how.name, ["wrapKey", "unwrapKey"]);
      for (const [i, [key, algorithm, used]] of kinds.entries()) for (const format of ["raw", "jwk", "pkcs8", "spki"]) {
        const label = how.name + i + format;
        const wrapped = await attempt(label, () => subtle.wrapKey(format, key, both ?? rsa.publicKey, how), true);
        if (wrapped === undefined) continue;
        for (const [data, type, purpose] of [[wrapped, algorithm, used], [wrapped, "PBKDF2", ["deriveBits"]], [wrapped, "HKDF", ["sign"]], [wrapped.slice(1), algorithm, used]])
          for (const extractable of [true, false]) await attempt(label + data.byteLength + JSON.stringify(type) + extractable, () => subtle.unwrapKey(format, data, both ?? rsa.privateKey, how, type, extractable, purpose));
      }
    }
  `,
};

describe("crypto.subtle of a guest returns the same as the runtime's own", () => {
  test.each(Object.entries(PROGRAMS))(
    "for %s",
    async (_, body) => {
      const code = `async () => { ${PRELUDE} ${body} return seen; }`;
      const own = (await new Function(`return (${code})();`)()) as string[];
      const guests = (await outputOf(executor, code, { limits: { timeMs: 60_000 } })) as string[];
      expect(own.length).toBeGreaterThan(100);
      expect(guests).toEqual(own);
    },
    120_000,
  );
});
