import { checkPrimeSync } from "node:crypto";

/** The numbers of an RSA private key, p being the larger prime. */
export interface RsaNumbers {
  n: bigint;
  e: bigint;
  d: bigint;
  p: bigint;
  q: bigint;
}

/**
 * Rounds of the Miller-Rabin test. FIPS 186-5, table B.1, requires at most 5 at these sizes, because the candidates are
 * random. BoringSSL does 16 for a prime in any case, which hides how many were needed.
 */
const ROUNDS = 8;
const SIEVE_LIMIT = 4_096;

/**
 * Generates the numbers of an RSA key in steps of some milliseconds, so that it can be stopped (FIPS 186-5, A.1.3:
 * random primes that are probably prime). The runtime's own generation can't be interrupted.
 * @param modulusBits a multiple of 8
 * @param exponent a prime
 */
export function* rsaNumbers(modulusBits: number, exponent: number): Generator<undefined, RsaNumbers> {
  const small = smallPrimes();
  const e = BigInt(exponent);
  const bits = modulusBits / 2;
  const nearest = 1n << BigInt(bits - 100);
  for (;;) {
    const one = yield* prime(bits, e, small);
    const other = yield* prime(bits, e, small);
    const [p, q] = one > other ? [one, other] : [other, one];
    if (p - q <= nearest) continue;
    const lambda = ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n);
    const d = inverse(e, lambda);
    if (d > 1n << BigInt(bits)) return { n: p * q, e, d, p, q };
  }
}

/** Returns the inverse of a number modulo another one that has no factor in common with it. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

/** Finds a random prime with its two highest bits set, such that `e` has an inverse modulo the prime minus one. */
function* prime(bits: number, e: bigint, small: readonly bigint[]): Generator<undefined, bigint> {
  for (;;) {
    yield;
    const candidate = randomOdd(bits);
    if ((candidate - 1n) % e === 0n || small.some((divisor) => candidate % divisor === 0n)) continue;
    // The first round rejects nearly all candidates. It takes some 3 ms at 2,048 bits.
    if (checkPrimeSync(candidate, { checks: ROUNDS })) return candidate;
  }
}

function randomOdd(bits: number): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(bits / 8)));
  const value = BigInt.asUintN(bits, BigInt(`0x${bytes.toHex()}`));
  return value | (3n << BigInt(bits - 2)) | 1n;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [rest, next] = [a, b];
  while (next !== 0n) [rest, next] = [next, rest % next];
  return rest;
}

/** The odd primes below {@link SIEVE_LIMIT}. */
function smallPrimes(): bigint[] {
  const primes: number[] = [];
  for (let n = 3; n < SIEVE_LIMIT; n += 2) {
    if (!primes.some((prime) => prime * prime <= n && n % prime === 0)) primes.push(n);
  }
  return primes.map(BigInt);
}
