import { OPERATION } from "../../host-operations.ts";
import { bridge } from "../part-bridge.ts";
import { isIntegerArray, toBytes } from "../webidl.ts";

const { host } = bridge;
const QUOTA = 65_536;

/** Returns random bytes from the host's secure source. */
function randomBytes(count: number): Uint8Array {
  return host(OPERATION.random, count) as Uint8Array;
}

/** https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues */
export function getRandomValues<T extends ArrayBufferView>(view: T): T {
  if (!ArrayBuffer.isView(view)) throw new TypeError("expected an integer typed array");
  // The real bytes, because a subclass can override its properties.
  const bytes = toBytes(view, "the array");
  if (!isIntegerArray(view)) throw new DOMException("expected an integer typed array", "TypeMismatchError");
  if (bytes.length > QUOTA) {
    throw new DOMException(`at most ${QUOTA} random bytes at a time, not ${bytes.length}`, "QuotaExceededError");
  }
  bytes.set(randomBytes(bytes.length));
  return view;
}

/** RFC 9562, version 4. */
export function randomUUID(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
