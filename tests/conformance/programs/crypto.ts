import { pbkdf2Sync } from "node:crypto";
import type { ProgramGroup } from "../program.ts";
import { gives, rejects } from "./crypto-forms.ts";

const pbkdf2 = (password: string, salt: string, iterations: number, bytes: number, hash: string) =>
  pbkdf2Sync(password, salt, iterations, bytes, hash).toString("hex");

/** Randomness and WebCrypto, against published vectors where there are some. */
export const cryptography: ProgramGroup = {
  title: "crypto",
  programs: [
    gives(
      "getRandomValues fills arrays of integers in place",
      `const a = new Uint8Array(64); const same = crypto.getRandomValues(a);
       const b = crypto.getRandomValues(new BigUint64Array(2)); const part = new Uint32Array(8).subarray(2, 4); crypto.getRandomValues(part);
       return [same === a, a.some((n) => n !== 0), b.some((n) => n !== 0n), new Uint32Array(part.buffer).slice(4).every((n) => n === 0), crypto.getRandomValues(new Uint8Array(0)).length];`,
      [true, true, true, true, 0],
    ),
    gives(
      "getRandomValues asks an array itself, and not what it says of itself",
      `class Liar extends Uint8Array { get byteLength() { return 4; } get byteOffset() { return 90; } get buffer() { return new ArrayBuffer(8); } get [Symbol.toStringTag]() { return "Float64Array"; } }
       const liar = new Liar(64); crypto.getRandomValues(liar);
       const refused = [Object.create(Uint8Array.prototype), new Uint8Array(new SharedArrayBuffer(1)), new DataView(new ArrayBuffer(1)), Object.defineProperty(new Float32Array(1), Symbol.toStringTag, { value: "Int8Array" })];
       return [Array.from(liar).some((n) => n !== 0), ...refused.map((view) => { try { crypto.getRandomValues(view); return "accepted"; } catch (error) { return error.name; } })];`,
      [true, "TypeError", "TypeError", "TypeMismatchError", "TypeMismatchError"],
    ),
    rejects("getRandomValues has a quota", "crypto.getRandomValues(new Uint8Array(65537));", "QuotaExceededError"),
    rejects("getRandomValues wants integers", "crypto.getRandomValues(new Float64Array(1));", "TypeMismatchError"),
    gives(
      "randomUUID is a version 4 UUID",
      "return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID());",
      true,
    ),
    gives(
      "digests (FIPS 180-4 examples)",
      `return Promise.all(["SHA-1", "SHA-256", "sha-384", { name: "SHA-512" }].map(async (name) => hex(await subtle.digest(name, text("abc"))).slice(0, 16)));`,
      ["a9993e364706816a", "ba7816bf8f01cfea", "cb00753f45a35e8b", "ddaf35a193617aba"],
    ),
    gives(
      "digest of an empty buffer and of a view",
      `const bytes = text("xabcx"); return [hex(await subtle.digest("SHA-256", new ArrayBuffer(0))).slice(0, 8), hex(await subtle.digest("SHA-256", bytes.subarray(1, 4))).slice(0, 8)];`,
      ["e3b0c442", "ba7816bf"],
    ),
    gives(
      "HMAC (RFC 4231, case 2)",
      `const key = await subtle.importKey("raw", text("Jefe"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
       const data = text("what do ya want for nothing?"); const mac = await subtle.sign("HMAC", key, data);
       return [hex(mac).slice(0, 16), await subtle.verify("HMAC", key, mac, data), await subtle.verify("HMAC", key, mac, text("else")), key.type, key.extractable, key.algorithm.name, key.algorithm.hash.name, key.usages];`,
      ["5bdcc146bf60754e", true, false, "secret", false, "HMAC", "SHA-256", ["sign", "verify"]],
    ),
    gives(
      "AES-GCM round trip, and a changed text is refused",
      `const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
       const iv = crypto.getRandomValues(new Uint8Array(12)); const additionalData = text("head");
       const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, text("secret"));
       const opened = new TextDecoder().decode(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed));
       new Uint8Array(sealed)[0] ^= 1;
       const broken = await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed).catch((error) => error.name);
       return [sealed instanceof ArrayBuffer, sealed.byteLength, opened, broken];`,
      [true, 22, "secret", "OperationError"],
    ),
    gives(
      "AES-GCM (NIST test case 3)",
      `const key = await subtle.importKey("raw", unhex("feffe9928665731c6d6a8f9467308308"), "AES-GCM", false, ["encrypt"]);
       const sealed = await subtle.encrypt({ name: "AES-GCM", iv: unhex("cafebabefacedbaddecaf888") }, key, unhex("d9313225f88406e5a55909c5aff5269a"));
       return hex(sealed).slice(0, 32);`,
      "42831ec2217774244b7221b784d0d49c",
    ),
    gives(
      "AES-CBC and AES-CTR",
      `const all = [];
       for (const [name, more] of [["AES-CBC", { iv: new Uint8Array(16) }], ["AES-CTR", { counter: new Uint8Array(16), length: 64 }]]) {
         const key = await subtle.importKey("raw", new Uint8Array(16), name, false, ["encrypt", "decrypt"]);
         const sealed = await subtle.encrypt({ name, ...more }, key, text("0123456789"));
         all.push(sealed.byteLength, new TextDecoder().decode(await subtle.decrypt({ name, ...more }, key, sealed)));
       }
       return all;`,
      [16, "0123456789", 10, "0123456789"],
    ),
    gives(
      "PBKDF2 (RFC 7914, section 11)",
      `const key = await subtle.importKey("raw", text("passwd"), "PBKDF2", false, ["deriveBits", "deriveKey"]);
       const parameters = { name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1 };
       const made = await subtle.deriveKey(parameters, key, { name: "AES-GCM", length: 128 }, true, ["encrypt"]);
       return [hex(await subtle.deriveBits(parameters, key, 512)).slice(0, 16), hex(await subtle.exportKey("raw", made)).slice(0, 16)];`,
      ["55ac046e56e3089f", "55ac046e56e3089f"],
    ),
    gives(
      "HKDF (RFC 5869, case 1)",
      `const key = await subtle.importKey("raw", unhex("0b".repeat(22)), "HKDF", false, ["deriveBits"]);
       return hex(await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: unhex("000102030405060708090a0b0c"), info: unhex("f0f1f2f3f4f5f6f7f8f9") }, key, 336)).slice(0, 32);`,
      "3cb25f25faacd57a90434f64d0362f2a",
    ),
    gives(
      "ECDSA: keys are generated, exported, imported, and their signatures checked",
      `const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
       const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, text("m"));
       const results = [];
       for (const format of ["spki", "jwk", "raw"]) {
         const exported = await subtle.exportKey(format, pair.publicKey);
         const imported = await subtle.importKey(format, exported, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
         results.push(await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, text("m")));
       }
       return [results, pair.publicKey.type, pair.privateKey.type, pair.privateKey.algorithm.namedCurve, pair.privateKey.usages, pair.publicKey.usages];`,
      [[true, true, true], "public", "private", "P-256", ["sign"], ["verify"]],
    ),
    gives(
      "ECDH: both sides derive the same bits",
      `const make = () => subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
       const [a, b] = [await make(), await make()];
       const bits = (mine, theirs) => subtle.deriveBits({ name: "ECDH", public: theirs.publicKey }, mine.privateKey, 256).then(hex);
       return (await bits(a, b)) === (await bits(b, a));`,
      true,
    ),
    gives(
      "Ed25519",
      `const pair = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
       return subtle.verify("Ed25519", pair.publicKey, await subtle.sign("Ed25519", pair.privateKey, text("m")), text("m"));`,
      true,
    ),
    gives(
      "PBKDF2 with empty passwords and salts, long passwords, several blocks, and each hash (values of OpenSSL)",
      `const derive = async (hash, password, salt, iterations, bits) => hex(await subtle.deriveBits({ name: "PBKDF2", hash, salt: text(salt), iterations }, await subtle.importKey("raw", text(password), "PBKDF2", false, ["deriveBits"]), bits));
       return [await derive("SHA-1", "password", "salt", 4096, 160), await derive("SHA-256", "", "", 3, 256), await derive("SHA-384", "p".repeat(200), "s".repeat(300), 1000, 128),
         await derive("SHA-512", "p", "s", 129, 1032), await derive("SHA-256", "p", "s", 1, 0)];`,
      [
        "4b007901b765489abead49d926f721d065a429c1",
        pbkdf2("", "", 3, 32, "sha256"),
        pbkdf2("p".repeat(200), "s".repeat(300), 1000, 16, "sha384"),
        pbkdf2("p", "s", 129, 129, "sha512"),
        "",
      ],
    ),
    gives(
      "a key that could not be imported leaves no error to the next operation",
      `const junk = new Uint8Array(65).fill(4); const failed = [];
       for (const [format, algorithm, usage] of [["spki", { name: "ECDSA", namedCurve: "P-256" }, "verify"], ["pkcs8", { name: "RSA-PSS", hash: "SHA-256" }, "sign"], ["raw", { name: "ECDSA", namedCurve: "P-256" }, "verify"]]) {
         failed.push(await subtle.importKey(format, junk, algorithm, true, [usage]).catch((error) => error.name));
         const key = await subtle.importKey("raw", text("p"), "PBKDF2", false, ["deriveBits"]);
         await subtle.importKey(format, junk, algorithm, true, [usage]).catch(() => {});
         failed.push((await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: text("s"), iterations: 1000 }, key, 64)).byteLength);
         await subtle.importKey(format, junk, algorithm, true, [usage]).catch(() => {});
         failed.push((await subtle.generateKey({ name: "RSA-PSS", modulusLength: 1024, publicExponent: new Uint8Array([3]), hash: "SHA-1" }, true, ["sign", "verify"])).publicKey.type);
       }
       return failed;`,
      ["DataError", 8, "public", "DataError", 8, "public", "DataError", 8, "public"],
    ),
    gives(
      "PBKDF2 keys that were unwrapped or agreed on",
      `const parameters = { name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 2 };
       const bits = async (key) => hex(await subtle.deriveBits(parameters, key, 128));
       const plain = (bytes) => subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
       const sealing = await subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["encrypt", "unwrapKey"]);
       const seal = { name: "AES-GCM", iv: new Uint8Array(12) };
       const unwrapped = await subtle.unwrapKey("raw", await subtle.encrypt(seal, sealing, text("password")), sealing, seal, "PBKDF2", false, ["deriveBits"]);
       const all = [unwrapped.type, unwrapped.extractable, unwrapped.usages, (await bits(unwrapped)) === (await bits(await plain(text("password"))))];
       for (const algorithm of [{ name: "ECDH", namedCurve: "P-256" }, { name: "ECDH", namedCurve: "P-521" }, { name: "X25519" }]) {
         const pair = await subtle.generateKey(algorithm, false, ["deriveBits", "deriveKey"]);
         const agreeing = { name: algorithm.name, public: pair.publicKey };
         const agreed = await subtle.deriveKey(agreeing, pair.privateKey, "PBKDF2", false, ["deriveBits"]);
         all.push((await bits(agreed)) === (await bits(await plain(await subtle.deriveBits(agreeing, pair.privateKey, null)))));
       }
       return all;`,
      ["secret", false, ["deriveBits"], true, true, true, true],
    ),
    gives(
      "RSA: signing, encrypting, exporting",
      `const parameters = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
       const signing = await subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", ...parameters }, true, ["sign", "verify"]);
       const signature = await subtle.sign("RSASSA-PKCS1-v1_5", signing.privateKey, text("m"));
       const pkcs8 = await subtle.exportKey("pkcs8", signing.privateKey);
       const pss = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-PSS", hash: "SHA-256" }, false, ["sign"]);
       const oaep = await subtle.importKey("spki", await subtle.exportKey("spki", signing.publicKey), { name: "RSA-OAEP", hash: "SHA-256" }, true, ["encrypt"]);
       const opening = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"]);
       const sealed = await subtle.encrypt("RSA-OAEP", oaep, text("secret"));
       return [signature.byteLength, await subtle.verify("RSASSA-PKCS1-v1_5", signing.publicKey, signature, text("m")),
         (await subtle.sign({ name: "RSA-PSS", saltLength: 32 }, pss, text("m"))).byteLength,
         new TextDecoder().decode(await subtle.decrypt("RSA-OAEP", opening, sealed)),
         signing.privateKey.algorithm.modulusLength, signing.publicKey.algorithm.publicExponent instanceof Uint8Array,
         [...signing.publicKey.algorithm.publicExponent], signing.publicKey.usages, (await subtle.exportKey("jwk", signing.publicKey)).kty];`,
      [256, true, 256, "secret", 2048, true, [1, 0, 1], ["verify"], "RSA"],
    ),
    gives(
      "wrapping and unwrapping",
      `const wrapping = await subtle.generateKey({ name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
       const key = await subtle.importKey("raw", new Uint8Array(16).fill(7), "AES-GCM", true, ["encrypt"]);
       const wrapped = await subtle.wrapKey("raw", key, wrapping, "AES-KW");
       const back = await subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-GCM", true, ["encrypt"]);
       return hex(await subtle.exportKey("raw", back));`,
      "07".repeat(16),
    ),
    gives(
      "calls run in parallel as far as the task sees",
      `return (await Promise.all(Array.from({ length: 50 }, (_, i) => subtle.digest("SHA-256", new Uint8Array(i))))).length;`,
      50,
    ),
    rejects(
      "a key that may not be exported stays",
      `const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]); await subtle.exportKey("raw", key);`,
      "InvalidAccessError",
    ),
    rejects(
      "a key for something else",
      `const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]); await subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(32));`,
      "InvalidAccessError",
    ),
    rejects("an unknown algorithm", `await subtle.digest("MD5", new Uint8Array(1));`, "NotSupportedError"),
    rejects(
      "too many iterations",
      `const key = await subtle.importKey("raw", text("p"), "PBKDF2", false, ["deriveBits"]); await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 4_000_000_000 }, key, 256);`,
      "OperationError",
    ),
    rejects(
      "few iterations for a great many bits",
      `const key = await subtle.importKey("raw", text("p"), "PBKDF2", false, ["deriveBits"]); await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 1 }, key, 2 ** 31);`,
      "OperationError",
    ),
    rejects(
      "more bits than a derivation gives, by another interface",
      `const key = await subtle.importKey("raw", text("p"), "PBKDF2", false, ["deriveKey"]); await subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: text("s"), iterations: 1 }, key, { name: "HMAC", hash: "SHA-256", length: 2 ** 31 }, true, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "a key of more than 64 kB",
      `await subtle.importKey("raw", new Uint8Array(65_537), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "a JSON Web Key of more than 64 kB",
      `await subtle.importKey("jwk", { kty: "oct", k: "A".repeat(200_000) }, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "an RSA key to import whose signatures would take long",
      `await subtle.importKey("jwk", { kty: "RSA", n: "_".repeat(2_731), e: "AQAB" }, { name: "RSA-PSS", hash: "SHA-256" }, false, ["verify"]);`,
      "OperationError",
    ),
    rejects(
      "an RSA key to be made with a public exponent that is not usual",
      `await subtle.generateKey({ name: "RSA-PSS", modulusLength: 2048, publicExponent: new Uint8Array([3, 0, 1]), hash: "SHA-256" }, false, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "an RSA key to be made with usages of another algorithm",
      `await subtle.generateKey({ name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, false, ["sign"]);`,
      "SyntaxError",
    ),
    rejects(
      "an RSA key to be made whose private part could do nothing",
      `await subtle.generateKey({ name: "RSA-OAEP", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, false, ["encrypt"]);`,
      "SyntaxError",
    ),
    rejects(
      "an RSA key too long to make",
      `await subtle.generateKey({ name: "RSA-PSS", modulusLength: 16384, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, false, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "an HMAC key of half a gigabyte",
      `await subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 2 ** 32 - 8 }, false, ["sign"]);`,
      "OperationError",
    ),
    rejects(
      "more data at a time than the host takes",
      `const data = new Uint8Array(12_000_000); await Promise.all([1, 2, 3, 4].map(() => subtle.digest("SHA-1", data)));`,
      "QuotaExceededError",
    ),
    rejects(
      "arguments nested without end",
      `const a = {}; a.a = a; await subtle.digest(a, new Uint8Array(1));`,
      "TypeError",
    ),
    rejects(
      "a key made by hand",
      `new CryptoKey({ key: 0, type: "secret", extractable: true, algorithm: {}, usages: [] });`,
      "TypeError",
    ),
  ],
};
