/** Largest number each of these members of an algorithm may have: the work they ask for is not the guest's own. */
const MAX_MEMBERS: Readonly<Record<string, number>> = {
  iterations: 3_000_000,
  /** Bits. */
  length: 65_536,
  modulusLength: 4_096,
  saltLength: 4_096,
  tagLength: 128,
};
/** Rounds of PBKDF2, for all blocks of its output together: about a second. */
const MAX_ROUNDS = 3_000_000;
const HASH_BITS: Readonly<Record<string, number>> = { "SHA-1": 160, "SHA-256": 256, "SHA-384": 384, "SHA-512": 512 };
const DEFAULT_KEY_BITS = 1_024;

/** A call of the guest's, with its references replaced. */
export interface SubtleCall {
  method: string;
  values: unknown[];
}

/**
 * Reads a call: puts bytes and keys where the guest put references, and checks every number that says how much work is
 * to be done.
 * @throws {DOMException} for a number out of bounds
 * @throws {TypeError} for anything that is not a call
 */
export function readSubtleCall(json: string, buffers: readonly Uint8Array[], keys: readonly CryptoKey[]): SubtleCall {
  const { method, values } = JSON.parse(json) as { method: unknown; values: unknown };
  if (typeof method !== "string" || !Array.isArray(values)) throw new TypeError("the call can't be read");
  const call = { method, values: values.map((value) => unpack(value, buffers, keys)) };
  checkWork(call);
  return call;
}

/** Whether a call can keep a processor busy for long. */
export function isSlow({ method, values }: SubtleCall): boolean {
  const name = nameOf(values[0]);
  return (method === "generateKey" && name.startsWith("RSA")) || (method.startsWith("derive") && name === "PBKDF2");
}

/** Name of an algorithm in upper case, "" when there is none. */
export function nameOf(algorithm: unknown): string {
  if (typeof algorithm === "string") return algorithm.toUpperCase();
  const { name } = (algorithm ?? {}) as { name?: unknown };
  return typeof name === "string" ? name.toUpperCase() : "";
}

function unpack(value: unknown, buffers: readonly Uint8Array[], keys: readonly CryptoKey[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, buffers, keys));
  const packed = value as Record<string, unknown>;
  if (typeof packed.$bytes === "number") return buffers[packed.$bytes] ?? new Uint8Array(0);
  if (typeof packed.$key === "number") return keys[packed.$key];
  for (const [member, most] of Object.entries(MAX_MEMBERS)) {
    if (Object.hasOwn(packed, member)) checkNumber(member, packed[member], most);
  }
  return Object.fromEntries(Object.entries(packed).map(([name, item]) => [name, unpack(item, buffers, keys)]));
}

/** WebCrypto converts texts and wraps negative numbers: only plain ones in bounds pass. */
function checkNumber(member: string, value: unknown, most: number): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most) {
    throw new DOMException(`${member} is ${JSON.stringify(value)}: it can be at most ${most}`, "OperationError");
  }
}

function checkWork({ method, values }: SubtleCall): void {
  if (!method.startsWith("derive")) return;
  const [algorithm, , target] = values;
  const bits =
    typeof target === "object" && target !== null
      ? ((target as { length?: unknown }).length ?? DEFAULT_KEY_BITS)
      : target;
  checkNumber("length", bits, MAX_MEMBERS.length ?? 0);
  if (nameOf(algorithm) !== "PBKDF2") return;
  const { iterations, hash } = algorithm as { iterations?: unknown; hash?: unknown };
  const blocks = Math.ceil(Number(bits ?? 0) / (HASH_BITS[nameOf(hash)] ?? 160));
  if (Number(iterations ?? 0) * blocks > MAX_ROUNDS) {
    throw new DOMException(
      `${iterations} iterations for ${bits} bits are too many: at most ${MAX_ROUNDS} for each ${HASH_BITS[nameOf(hash)] ?? 160} bits`,
      "OperationError",
    );
  }
}
