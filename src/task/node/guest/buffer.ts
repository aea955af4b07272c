import * as base from "buffer/";

// The package's own types are those of an older Node.js.
const { Buffer, SlowBuffer, kMaxLength, INSPECT_MAX_BYTES } = base as unknown as typeof import("node:buffer") & {
  SlowBuffer: unknown;
};

/** The package lacks base64url. Each method that takes an encoding takes it as base64, which accepts both alphabets. */
function acceptBase64Url(): void {
  const plain = (value: unknown) => (isBase64Url(value) ? "base64" : value);
  const accepting = (target: object, name: string) => {
    const members = target as Record<string, (...values: unknown[]) => unknown>;
    const original = members[name];
    if (original === undefined) return;
    members[name] = function (this: unknown, first: unknown, ...rest: unknown[]) {
      return original.call(this, first, ...rest.map(plain));
    };
  };
  for (const name of ["from", "alloc", "byteLength"]) accepting(Buffer, name);
  for (const name of ["write", "fill", "indexOf", "lastIndexOf", "includes"]) accepting(Buffer.prototype, name);
  const { isEncoding } = Buffer;
  Buffer.isEncoding = (value: string): value is BufferEncoding => isBase64Url(value) || isEncoding(value);
  const { toString: text } = Buffer.prototype;
  Buffer.prototype.toString = function (this: Buffer, encoding?: BufferEncoding, start?: number, end?: number): string {
    if (!isBase64Url(encoding)) return text.call(this, encoding, start, end);
    return text.call(this, "base64", start, end).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  };
}

function isBase64Url(value: unknown): boolean {
  return typeof value === "string" && value.toLowerCase() === "base64url";
}

function isAscii(input: ArrayBufferView | ArrayBuffer): boolean {
  return bytesOf(input).every((byte) => byte < 0x80);
}

function isUtf8(input: ArrayBufferView | ArrayBuffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(input));
    return true;
  } catch {
    return false;
  }
}

function bytesOf(input: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);
}

function transcode(source: Uint8Array, from: BufferEncoding, to: BufferEncoding): Buffer {
  return Buffer.from(Buffer.from(source).toString(from), to);
}

function copyBytesFrom(view: NodeJS.TypedArray, offset = 0, length = view.length - offset): Buffer {
  const part = view.slice(offset, offset + length);
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}

acceptBase64Url();
Object.assign(Buffer, { copyBytesFrom, poolSize: 8192 });

export default {
  Buffer,
  SlowBuffer,
  kMaxLength,
  INSPECT_MAX_BYTES,
  kStringMaxLength: 0x1fffffe8,
  constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 0x1fffffe8 },
  isAscii,
  isUtf8,
  transcode,
  atob: globalThis.atob ?? ((text: string) => Buffer.from(text, "base64").toString("latin1")),
  btoa: globalThis.btoa ?? ((text: string) => Buffer.from(text, "latin1").toString("base64")),
  Blob: globalThis.Blob,
  File: globalThis.File,
};
