import type { ProgramGroup } from "../program.ts";
import { gives, rejects } from "./crypto-forms.ts";

const HMAC = `const hmac = (algorithm) => subtle.importKey("raw", new Uint8Array(8), algorithm, true, ["sign"]);`;
const PASSWORD = `const key = await subtle.importKey("raw", text("p"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
  const derive = async (more, bits = 128) => hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 2, ...more }, key, bits));
  const usual = await derive({});`;
const names = (calls: string) =>
  `return Promise.all([${calls}].map(async (call) => { try { await call(); return "accepted"; } catch (error) { return error.name; } }));`;

/** How arguments are converted, as WebIDL and https://w3c.github.io/webcrypto/#algorithm-normalization have it. */
export const cryptoArguments: ProgramGroup = {
  title: "crypto, arguments",
  programs: [
    gives(
      "members that an algorithm inherits, and getters",
      `class Digest { get name() { return "sha-256"; } }
       class Key extends Digest { get name() { return "HMAC"; } get hash() { return new Digest(); } }
       const made = await subtle.importKey("raw", new Uint8Array(8), new Key(), true, ["sign"]);
       return [(await subtle.digest(new Digest(), text("abc"))).byteLength, made.algorithm.hash.name, made.algorithm.name];`,
      [32, "SHA-256", "HMAC"],
    ),
    gives(
      "functions are objects too",
      `const algorithm = () => {}; Object.defineProperty(algorithm, "name", { value: "SHA-1" }); return (await subtle.digest(algorithm, text(""))).byteLength;`,
      20,
    ),
    gives(
      "each getter once, in the order of the specification",
      `${PASSWORD} const seen = [];
       const spy = (label, members) => new Proxy({}, { get: (_, name) => { seen.push(label + String(name)); return members[name]; } });
       const hash = spy("hash.", { name: "SHA-256" });
       const usages = { [Symbol.iterator]: function* () { seen.push("usages"); yield { toString: () => { seen.push("usage"); return "sign"; } }; } };
       await subtle.deriveKey(spy("", { name: "PBKDF2", salt: text("s"), iterations: { valueOf: () => { seen.push("valueOf"); return 2; } }, hash }), key,
         spy("type.", { name: "HMAC", hash: "SHA-256", length: 128 }), { get any() { return 1; } }, usages);
       return seen;`,
      [
        ...["usages", "usage", "name", "hash", "iterations", "valueOf", "salt", "hash.name"],
        ...["type.name", "type.hash", "type.length"],
      ],
    ),
    gives(
      "members of a JSON Web Key are read in order, and only known ones",
      `const seen = []; const jwk = new Proxy({}, { get: (_, name) => { seen.push(name); return { kty: "oct", k: "AAAA", ext: 1 }[name]; } });
       await subtle.importKey("jwk", jwk, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]); return seen.join(" ");`,
      "alg crv d dp dq e ext k key_ops kty n oth p q qi use x y",
    ),
    gives(
      "a name that is no string is converted, and then looked up",
      `${PASSWORD} return [await derive({ name: ["PBKDF2"] }) === usual, await derive({ name: { toString: () => "pbkdf2" } }) === usual, await derive({ hash: ["SHA-256"] }).catch((error) => error.name)];`,
      [true, true, "TypeError"],
    ),
    gives(
      "a name that is no string does not pass the bounds",
      `${PASSWORD} ${names(`
        () => derive({ name: ["PBKDF2"], iterations: 4_000_000_000 }),
        () => derive({ name: ["PBKDF2"] }, 2 ** 31),
        () => subtle.generateKey({ name: ["RSA-OAEP"], modulusLength: 16_384, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, true, ["encrypt", "decrypt"]),
        () => subtle.generateKey({ name: { toString: () => "HMAC" }, hash: ["SHA-1"], length: 2 ** 31 }, true, ["sign"]),
        () => subtle.generateKey({ name: ["HMAC"], hash: { name: ["SHA-1"] }, length: 2 ** 31 }, true, ["sign"])`)}`,
      ["OperationError", "OperationError", "OperationError", "TypeError", "OperationError"],
    ),
    gives(
      "names are compared without case, but only for ASCII letters",
      names(
        `() => subtle.digest("sHa-256", text("")), () => subtle.digest("\\u017fha-256", text("")), () => subtle.digest("SHA-256 ", text("")), () => subtle.digest("toString", text("")), () => subtle.digest("__proto__", text(""))`,
      ),
      ["accepted", ...Array(4).fill("NotSupportedError")],
    ),
    gives(
      "what is no algorithm",
      names(
        `() => subtle.digest({}, text("")), () => subtle.digest({ name: undefined }, text("")), () => subtle.digest(null, text("")), () => subtle.digest(undefined, text("")), () => subtle.digest(Symbol("SHA-1"), text("")), () => subtle.digest({ name: Symbol("SHA-1") }, text("")), () => subtle.digest(5, text(""))`,
      ),
      [
        ...["TypeError", "TypeError", "NotSupportedError", "NotSupportedError", "TypeError", "TypeError"],
        "NotSupportedError",
      ],
    ),
    gives(
      "an algorithm that is registered for something else",
      `${HMAC} const key = await hmac({ name: "HMAC", hash: "SHA-1" }); ${names(`
        () => subtle.digest("HMAC", text("")),
        () => subtle.sign("AES-GCM", key, text("")),
        () => subtle.encrypt("AES-KW", key, text("")),
        () => subtle.deriveBits("HMAC", key, 8),
        () => subtle.generateKey("PBKDF2", false, ["deriveBits"]),
        () => subtle.importKey("raw", text(""), "SHA-1", false, []),
        () => hmac({ name: "HMAC", hash: "MD5" }),
        () => hmac({ name: "HMAC", hash: "HMAC" })`)}`,
      Array(8).fill("NotSupportedError"),
    ),
    gives(
      "the type of a derived key is one that can be imported, and has a length",
      `${PASSWORD} const type = (derived) => () => subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 2 }, key, derived, true, ["sign"]);
       ${names(`type("SHA-1"), type("ECDSA"), type({ name: "ECDSA", namedCurve: "P-256" }), type("HMAC"), type({ name: "HMAC", hash: "SHA-1" })`)}`,
      ["NotSupportedError", "TypeError", "NotSupportedError", "TypeError", "accepted"],
    ),
    gives(
      "members that are missing",
      `const key = await subtle.importKey("raw", new Uint8Array(16), "AES-CBC", false, ["encrypt"]); ${names(`
        () => subtle.importKey("raw", text("k"), "HMAC", false, ["sign"]),
        () => subtle.encrypt("AES-CBC", key, text("")),
        () => subtle.generateKey("AES-CBC", false, ["encrypt"]),
        () => subtle.generateKey({ name: "ECDSA" }, false, ["sign"]),
        () => subtle.generateKey({ name: "RSA-PSS", modulusLength: 2048, hash: "SHA-1" }, false, ["sign"])`)}`,
      Array(5).fill("TypeError"),
    ),
    gives(
      "integers are converted, and kept in range ([EnforceRange])",
      `${PASSWORD} const valueOf = { valueOf: () => 2 };
       return [await derive({ iterations: "2" }) === usual, await derive({ iterations: 2.9 }) === usual, await derive({ iterations: valueOf }) === usual, await derive({ iterations: [2] }) === usual,
         ...await Promise.all([-1, 2 ** 32, NaN, Infinity, 2n, "x", {}, Symbol(), undefined, null, false, -0.5].map((iterations) => derive({ iterations }).then(() => "accepted", (error) => error.name)))];`,
      [true, true, true, true, ...Array(9).fill("TypeError"), ...Array(3).fill("OperationError")],
    ),
    gives(
      "lengths of their own types",
      names(`
        () => subtle.generateKey({ name: "AES-GCM", length: 65_536 + 128 }, true, ["encrypt"]),
        () => subtle.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"]),
        () => subtle.generateKey({ name: "AES-GCM", length: "128" }, true, ["encrypt"]),
        () => subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: 0 }, true, ["sign"]),
        () => subtle.generateKey({ name: "HMAC", hash: "SHA-1", length: undefined }, true, ["sign"])`),
      ["TypeError", "OperationError", "accepted", "OperationError", "accepted"],
    ),
    gives(
      "octets of AES-CTR and AES-GCM",
      `const ctr = await subtle.importKey("raw", new Uint8Array(16), "AES-CTR", false, ["encrypt"]); const gcm = await subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["encrypt"]);
       const counter = new Uint8Array(16); const iv = new Uint8Array(12);
       ${names(`
        () => subtle.encrypt({ name: "AES-CTR", counter, length: 256 }, ctr, text("")),
        () => subtle.encrypt({ name: "AES-CTR", counter, length: 129 }, ctr, text("")),
        () => subtle.encrypt({ name: "AES-CTR", counter, length: "64" }, ctr, text("")),
        () => subtle.encrypt({ name: "AES-GCM", iv, tagLength: 128.5 }, gcm, text("")),
        () => subtle.encrypt({ name: "AES-GCM", iv, tagLength: 127 }, gcm, text("")),
        () => subtle.encrypt({ name: "AES-GCM", iv, tagLength: -1 }, gcm, text("")),
        () => subtle.encrypt({ name: "AES-GCM", iv, additionalData: null }, gcm, text(""))`)}`,
      ["TypeError", "OperationError", "accepted", "accepted", "OperationError", "TypeError", "TypeError"],
    ),
    gives(
      "the length of deriveBits wraps around and can be absent",
      `${PASSWORD} return [await derive({}, 2 ** 32 + 128) === usual, await derive({}, "128") === usual, ...await Promise.all([null, undefined, 12, 8n].map((bits) => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 2 }, key, bits).then(() => "accepted", (error) => error.name)))];`,
      [true, true, "OperationError", "OperationError", "OperationError", "TypeError"],
    ),
    gives(
      "bytes in every form",
      `const bytes = text("xabcx"); const part = bytes.buffer.slice(1, 4);
       const forms = [part, bytes.subarray(1, 4), new DataView(bytes.buffer, 1, 3), new Int8Array(part), new (class extends Uint8Array {})(part), Object.setPrototypeOf(new Uint8Array(part), null)];
       return (await Promise.all(forms.map(async (form) => hex(await subtle.digest("SHA-256", form)).slice(0, 8)))).join(" ");`,
      Array(6).fill("ba7816bf").join(" "),
    ),
    gives(
      "what looks like bytes and is something else",
      names(`
        () => subtle.digest("SHA-1", "abc"),
        () => subtle.digest("SHA-1", [1, 2]),
        () => subtle.digest("SHA-1", { byteLength: 1, buffer: new ArrayBuffer(1) }),
        () => subtle.digest("SHA-1", Object.create(Uint8Array.prototype)),
        () => subtle.digest("SHA-1", Object.create(ArrayBuffer.prototype)),
        () => subtle.digest("SHA-1", new SharedArrayBuffer(1)),
        () => subtle.digest("SHA-1", new Uint8Array(new SharedArrayBuffer(1))),
        () => subtle.digest("SHA-1", new ArrayBuffer(1, { maxByteLength: 2 })),
        () => subtle.digest("SHA-1", new Uint8Array(new ArrayBuffer(1, { maxByteLength: 2 }))),
        () => subtle.digest("SHA-1")`),
      Array(10).fill("TypeError"),
    ),
    gives(
      "members of a view that lie are not asked",
      `class Liar extends Uint8Array { get buffer() { return new ArrayBuffer(9); } get byteLength() { return 2 ** 31; } get length() { return 7; } }
       return hex(await subtle.digest("SHA-256", new Liar(text("abc").buffer))).slice(0, 8);`,
      "ba7816bf",
    ),
    gives(
      "a detached buffer has no bytes",
      `const buffer = new ArrayBuffer(8); const view = new Uint8Array(buffer); buffer.transfer();
       return [hex(await subtle.digest("SHA-256", buffer)).slice(0, 8), hex(await subtle.digest("SHA-256", view)).slice(0, 8)];`,
      ["e3b0c442", "e3b0c442"],
    ),
    gives(
      "bytes are those of the time of the call",
      `const data = text("abc"); const first = subtle.digest("SHA-256", data); data.fill(0); return hex(await first).slice(0, 8);`,
      "ba7816bf",
    ),
    gives(
      "a public exponent is a Uint8Array",
      `const make = (publicExponent) => subtle.generateKey({ name: "RSA-PSS", modulusLength: 1024, publicExponent, hash: "SHA-256" }, true, ["sign", "verify"]);
       const pair = await make(new Uint8Array([0, 0, 1, 0, 1]));
       return [[...pair.publicKey.algorithm.publicExponent], ...await Promise.all([[1, 0, 1], new Uint8Array([1, 0, 1]).buffer, new Int8Array([1, 0, 1]), 65537, new Uint8Array(0), new Uint8Array(9).fill(1)].map((e) => make(e).then(() => "accepted", (error) => error.name)))];`,
      [[1, 0, 1], "TypeError", "TypeError", "TypeError", "TypeError", "OperationError", "OperationError"],
    ),
    gives(
      "what is no key",
      `const real = await subtle.importKey("raw", text("k"), { name: "HMAC", hash: "SHA-1" }, true, ["sign"]); ${names(`
        () => subtle.sign("HMAC", {}, text("")),
        () => subtle.sign("HMAC", Object.create(real), text("")),
        () => subtle.sign("HMAC", { ...real }, text("")),
        () => subtle.sign("HMAC", 0, text("")),
        () => subtle.exportKey("raw", new Proxy(real, {})),
        () => subtle.deriveBits({ name: "ECDH", public: {} }, real, 8)`)}`,
      Array(6).fill("TypeError"),
    ),
    gives(
      "attributes of a key that the task changes change nothing",
      `const key = await subtle.importKey("raw", text("k"), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
       key.extractable = true; key.usages.push("verify"); key.algorithm.name = "AES-GCM";
       ${names(`() => subtle.exportKey("raw", key), () => subtle.verify("HMAC", key, text(""), text("")), () => subtle.sign("HMAC", key, text(""))`)}`,
      ["InvalidAccessError", "InvalidAccessError", "accepted"],
    ),
    gives(
      "formats and usages are from a list",
      `const raw = (format, usages) => subtle.importKey(format, text("k"), { name: "HMAC", hash: "SHA-1" }, true, usages); ${names(`
        () => raw("raw", new Set(["sign"])),
        () => raw(["raw"], ["sign"]),
        () => raw("RAW", ["sign"]),
        () => raw(undefined, ["sign"]),
        () => raw("raw", ["Sign"]),
        () => raw("raw", ["encrypt"]),
        () => raw("raw", []),
        () => raw("raw", "sign"),
        () => raw("raw", { length: 1, 0: "sign" }),
        () => raw("raw", null)`)}`,
      [
        ...["accepted", "accepted", "TypeError", "TypeError", "TypeError", "SyntaxError", "SyntaxError"],
        ...["TypeError", "TypeError", "TypeError"],
      ],
    ),
    gives(
      "key data fits the format",
      `const take = (format, data) => subtle.importKey(format, data, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]); ${names(`
        () => take("jwk", text("k")),
        () => take("raw", { kty: "oct", k: "AA" }),
        () => take("raw", "AA"),
        () => take("jwk", "AA"),
        () => take("jwk", {}),
        () => take("jwk", undefined),
        () => take("jwk", { kty: "oct", k: "AA" }),
        () => take("jwk", { kty: ["oct"], k: { toString: () => "AA" }, ext: "yes", key_ops: new Set(["sign"]) }),
        () => take("jwk", { kty: "oct", k: "AA", key_ops: "sign" }),
        () => take("jwk", { kty: "oct", k: Symbol() })`)}`,
      [
        ...["TypeError", "TypeError", "TypeError", "TypeError", "DataError", "DataError", "accepted", "accepted"],
        ...["TypeError", "TypeError"],
      ],
    ),
    gives(
      "extractable is a truth value of anything",
      `const made = (value) => subtle.importKey("raw", text("k"), { name: "HMAC", hash: "SHA-1" }, value, ["sign"]);
       return Promise.all([1, "", {}, null, undefined, "false"].map(async (value) => (await made(value)).extractable));`,
      [true, false, true, false, false, true],
    ),
    gives(
      "wrapping takes what is registered for it, else what encrypts",
      `const kw = await subtle.importKey("raw", new Uint8Array(16), "AES-KW", false, ["wrapKey"]); const gcm = await subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["wrapKey"]);
       const key = await subtle.importKey("raw", new Uint8Array(16), "AES-CBC", true, ["encrypt"]);
       ${names(`
        () => subtle.wrapKey("raw", key, kw, { name: ["aes-kw"] }),
        () => subtle.wrapKey("jwk", key, gcm, { name: "AES-GCM", iv: new Uint8Array(12) }),
        () => subtle.wrapKey("raw", key, gcm, "AES-GCM"),
        () => subtle.wrapKey("raw", key, kw, "HMAC")`)}`,
      ["accepted", "accepted", "TypeError", "NotSupportedError"],
    ),
    gives(
      "every failure is a rejection, and nothing is thrown",
      `const call = (method, ...values) => { try { const given = method(...values); given.catch(() => {}); return given instanceof Promise; } catch { return "threw"; } };
       return Object.values(Object.getPrototypeOf(subtle)).map((method) => call(method)).concat(call(subtle.digest, { get name() { throw new Error("mine"); } }, text("")));`,
      Array(13).fill(true),
    ),
    rejects(
      "an error of a getter is the task's own",
      `await subtle.digest({ get name() { throw new RangeError("mine"); } }, text(""));`,
      "RangeError",
    ),
    gives(
      "a task that changes what the conversion works with is refused or served, and the next call is well",
      `const seen = [];
       for (const [holder, name, value] of [[Object.prototype, "toJSON", () => 7], [Array.prototype, "toJSON", () => ({ a: 1 })], [String.prototype, "toUpperCase", () => "X"], [Array.prototype, "filter", () => []], [Object.prototype, "name", "SHA-1"], [Array.prototype, "0", "x"]]) {
         const before = Object.getOwnPropertyDescriptor(holder, name);
         Object.defineProperty(holder, name, { value, writable: true, configurable: true });
         const outcome = await subtle.digest("SHA-256", text("abc")).then((bytes) => hex(bytes).slice(0, 8), () => "ba7816bf");
         if (before) Object.defineProperty(holder, name, before); else delete holder[name];
         seen.push(outcome, hex(await subtle.digest("SHA-256", text("abc"))).slice(0, 8));
       }
       return seen.every((digest) => digest === "ba7816bf");`,
      true,
    ),
  ],
};
