import crypto, {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  pbkdf2Sync,
  randomBytes,
  randomInt,
  randomUUID,
  scryptSync,
  timingSafeEqual,
  webcrypto,
} from "node:crypto";
import { Readable } from "node:stream";
import { promisify } from "node:util";

const ALGORITHMS = [
  "md5",
  "sha1",
  "sha224",
  "sha256",
  "SHA384",
  "sha512",
  "sha512-256",
  "sha3-256",
  "ripemd160",
  "RSA-SHA256",
  "blake2b512",
  "blake2s256",
];

export default async function () {
  const partial = createHash("sha256").update("a");
  const copied = partial.copy().update("b").digest("hex");
  const streamed = createHash("sha256");
  const drained = new Promise<string>((resolve) =>
    streamed.on("readable", () => {
      const digest = streamed.read();
      if (digest) resolve(digest.toString("hex"));
    }),
  );
  Readable.from([Buffer.from("ab"), Buffer.from("c")]).pipe(streamed);
  let finalized: unknown;
  try {
    const done = createHash("md5");
    done.digest();
    done.update("x");
  } catch (error) {
    finalized = (error as { code: string }).code;
  }
  const digest = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode("x"));
  return {
    hashes: ALGORITHMS.map((name) =>
      createHash(name)
        .update("héllo")
        .update(Buffer.from([1, 2]))
        .digest("hex"),
    ),
    encodings: [
      createHash("md5").update("x").digest("base64"),
      createHash("md5").update("eA==", "base64").digest("base64url"),
      createHash("md5").digest().length,
    ],
    hmac: [
      createHmac("sha256", "key").update("data").digest("hex"),
      createHmac("sha1", Buffer.alloc(100, 1)).update("data").digest("base64"),
      createHmac("sha512", createSecretKey(Buffer.from("k")))
        .update("d")
        .digest("hex"),
    ],
    copied,
    partial: partial.digest("hex"),
    streamed: await drained,
    finalized,
    derived: [
      pbkdf2Sync("password", "salt", 10, 24, "sha256").toString("hex"),
      scryptSync("p", "s", 16, { N: 16 }).toString("hex"),
      Buffer.from(hkdfSync("sha256", "k", "s", "i", 20)).toString("hex"),
      (await promisify(crypto.pbkdf2)("p", "s", 5, 8, "sha1")).toString("hex"),
    ],
    random: [
      randomBytes(10).length,
      (await promisify(randomBytes)(3)).length,
      randomUUID().length,
      randomInt(5) < 5,
      randomInt(10, 11),
      crypto.randomFillSync(new Uint8Array(70_000)).some((byte) => byte > 0),
      crypto.getRandomValues(new Uint8Array(2)).length,
    ],
    equal: [timingSafeEqual(Buffer.from("a"), Buffer.from("a")), timingSafeEqual(Buffer.from("a"), Buffer.from("b"))],
    key: [
      createSecretKey("6b", "hex").export().toString(),
      createSecretKey(Buffer.from("kk")).symmetricKeySize,
      createSecretKey(Buffer.from("k")).type,
    ],
    subtle: Buffer.from(digest).toString("hex"),
    oneShot: crypto.hash("sha1", "abc"),
    listed: crypto.getHashes().includes("sha256"),
  };
}
