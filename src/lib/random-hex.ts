/**
 * Returns random hexadecimal digits in lower case.
 * @param bytes number of random bytes; there are twice as many digits
 * @example
 * ```ts
 * randomHex(8).length; // => 16
 * ```
 */
export function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}
