import { blake3 } from "@noble/hashes/blake3.js";
import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export default function () {
  const data = utf8ToBytes("The quick brown fox");
  return [
    sha256(data),
    sha512(data),
    keccak_256(data),
    blake3(data),
    hmac(sha256, utf8ToBytes("k"), data),
    pbkdf2(sha256, "password", "salt", { c: 50, dkLen: 20 }),
  ].map(bytesToHex);
}
