import { createHmac, timingSafeEqual } from "node:crypto";
import type { HMAC_ALGORITHMS, HMAC_ENCODINGS } from "../../../domain/webhook.ts";

/** Hash function of an HMAC. */
export type HmacAlgorithm = (typeof HMAC_ALGORITHMS)[number];

/** How an HMAC is written. */
export type HmacEncoding = (typeof HMAC_ENCODINGS)[number];

/** Computes an HMAC (RFC 2104) of parts in order. */
export function hmacOf(
  key: string | Uint8Array,
  parts: readonly (string | Uint8Array)[],
  algorithm: HmacAlgorithm = "sha256",
): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Compares a signature that was sent with the right one. The time that it takes says nothing about the right one. */
export function isSignature(sent: string, right: Buffer, encoding: HmacEncoding): boolean {
  const bytes = decode(sent, encoding);
  return bytes !== undefined && bytes.length === right.length && timingSafeEqual(bytes, right);
}

/** Compares two secrets. The time that it takes says nothing about the right one, not even its length. */
export function isSameSecret(sent: string, right: string): boolean {
  const digest = (text: string) => hmacOf("comparison", [text]);
  return timingSafeEqual(digest(sent), digest(right));
}

/** Buffer.from ignores what it can't decode. */
function decode(text: string, encoding: HmacEncoding): Buffer | undefined {
  const pattern = encoding === "hex" ? /^(?:[\da-f]{2})+$/i : /^[\w+/-]+={0,2}$/;
  return pattern.test(text) ? Buffer.from(text, encoding) : undefined;
}
