/**
 * Returns the bytes of an ArrayBuffer or a view without copying them; no bytes if it was detached.
 * @throws {TypeError} for anything else
 */
export function bytesOf(value: unknown): Uint8Array {
  if ((value instanceof ArrayBuffer && value.detached) || (ArrayBuffer.isView(value) && isDetached(value.buffer))) {
    return new Uint8Array(0);
  }
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || isSharedBuffer(value)) return new Uint8Array(value);
  throw new TypeError("expected an ArrayBuffer or a typed array");
}

function isDetached(buffer: ArrayBufferLike): boolean {
  return buffer instanceof ArrayBuffer && buffer.detached;
}

function isSharedBuffer(value: unknown): value is SharedArrayBuffer {
  return typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer;
}
