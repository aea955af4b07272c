import { formatDuration } from "../../../../lib/duration.ts";
import { formatSize } from "../../../../lib/size.ts";
import { pbkdf2Rounds } from "./pbkdf2.ts";
import { LONGEST_RSA_PRIVATE_KEY } from "./rsa-keys.ts";
import type { NormalAlgorithm, SubtleCall } from "./subtle-arguments.ts";

/** Data of one call, bytes. The slowest operation takes some 70 ms for so much, and can't be interrupted. */
export const MAX_CALL_BYTES = 16 * 1024 * 1024;
/** A key as it is imported, bytes. */
export const MAX_KEY_BYTES = 64 * 1024;
/** A wrapped key may be JSON of one, which is larger by a half. */
const MAX_WRAPPED_BYTES = 128 * 1024;
/** Output of a derivation, and length of a generated key. */
const MAX_BITS = 65_536;
/** A signature by a key of this length takes 5 ms, and 80 ms at twice as much when the key is malformed. */
const LONGEST_RSA_KEY = { private: LONGEST_RSA_PRIVATE_KEY, public: 2 * LONGEST_RSA_PRIVATE_KEY } as const;
/** More rounds of PBKDF2 than a processor does in a millisecond. */
const MAX_ROUNDS_PER_MS = 10_000;
const DEFAULT_HMAC_BITS = 1_024;

/**
 * Checks that the work a call asks for is bounded: what can't be interrupted has to be short, and what can be interrupted
 * has to have a chance to end in time.
 * @param timeMs the execution's time limit
 * @throws {DOMException} OperationError
 */
export function checkWork({ method, values }: SubtleCall, timeMs: number): void {
  if (method === "importKey") {
    const [, data] = values;
    if (data instanceof Uint8Array) checkSize("a key", data.length, MAX_KEY_BYTES);
  } else if (method === "unwrapKey") {
    const [, wrapped] = values as [unknown, Uint8Array];
    checkSize("a wrapped key", wrapped.length, MAX_WRAPPED_BYTES);
  } else if (method === "generateKey") {
    checkBits((values[0] as { length?: number }).length ?? 0);
  } else if (method === "deriveBits" || method === "deriveKey") {
    const bits = method === "deriveBits" ? ((values[2] as number | null) ?? 0) : keyBits(values[2] as NormalAlgorithm);
    checkBits(bits);
    const [{ name, hash, iterations }] = values as [
      { name: string; hash: Parameters<typeof pbkdf2Rounds>[0]; iterations: number },
    ];
    if (name === "PBKDF2") checkRounds(pbkdf2Rounds(hash, iterations, Math.ceil(bits / 8)), timeMs);
  }
}

/** @throws {DOMException} OperationError for an RSA key whose operations would take long */
export function checkKey({ type, algorithm }: CryptoKey): void {
  const { modulusLength = 0 } = algorithm as { modulusLength?: number };
  const most = LONGEST_RSA_KEY[type === "private" ? "private" : "public"];
  if (modulusLength > most) {
    throw new DOMException(`the ${type} RSA key has ${modulusLength} bits: it can have ${most}`, "OperationError");
  }
}

function keyBits({ name, length }: NormalAlgorithm): number {
  if (typeof length === "number") return length;
  return name === "HMAC" ? DEFAULT_HMAC_BITS : 0;
}

function checkSize(what: string, bytes: number, most: number): void {
  if (bytes > most)
    throw new DOMException(`${what} has ${bytes} bytes: it can have ${formatSize(most)}`, "OperationError");
}

function checkBits(bits: number): void {
  if (bits > MAX_BITS)
    throw new DOMException(`length is ${bits}: it can be at most ${MAX_BITS} bits`, "OperationError");
}

function checkRounds(rounds: number, timeMs: number): void {
  const most = timeMs * MAX_ROUNDS_PER_MS;
  if (rounds <= most) return;
  throw new DOMException(
    `PBKDF2 would take ${rounds} rounds: at most ${most} are possible within the time limit of ${formatDuration(timeMs)}`,
    "OperationError",
  );
}
