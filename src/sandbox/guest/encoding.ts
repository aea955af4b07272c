import { OPERATION } from "../host-operations.ts";
import { bytesOf } from "./bytes.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";

/** UTF-8 bytes of a text, unpaired surrogates replaced. */
export function encodeUtf8(text: string): Uint8Array {
  return host(OPERATION.encodeText, text.toWellFormed()) as Uint8Array;
}

/** https://encoding.spec.whatwg.org/#interface-textencoder */
class TextEncoder {
  get encoding(): string {
    return "utf-8";
  }

  encode(input: unknown = ""): Uint8Array {
    return encodeUtf8(String(input));
  }

  encodeInto(source: unknown, destination: Uint8Array): { read: number; written: number } {
    const text = String(source);
    let read = 0;
    let written = 0;
    for (const character of text) {
      const encoded = encodeUtf8(character);
      if (written + encoded.length > destination.length) break;
      destination.set(encoded, written);
      written += encoded.length;
      read += character.length;
    }
    return { read, written };
  }
}

/** https://encoding.spec.whatwg.org/#interface-textdecoder; `stream` keeps incomplete UTF-8 for the next call. */
class TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  #rest = new Uint8Array(0);

  constructor(label: unknown = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const name = host(OPERATION.encodingName, String(label));
    if (typeof name !== "string") throw new RangeError(`unknown text encoding "${String(label)}"`);
    this.encoding = name;
    this.fatal = options.fatal === true;
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(input?: unknown, options: { stream?: boolean } = {}): string {
    let bytes = input === undefined ? new Uint8Array(0) : bytesOf(input);
    if (this.#rest.length > 0) {
      const joined = new Uint8Array(this.#rest.length + bytes.length);
      joined.set(this.#rest);
      joined.set(bytes, this.#rest.length);
      bytes = joined;
      this.#rest = new Uint8Array(0);
    }
    if (options.stream === true && this.encoding === "utf-8") {
      const complete = bytes.length - incompleteTail(bytes);
      this.#rest = bytes.slice(complete);
      bytes = bytes.subarray(0, complete);
    }
    const text = host(OPERATION.decodeText, bytes, this.encoding, (this.fatal ? 1 : 0) + (this.ignoreBOM ? 2 : 0));
    if (typeof text !== "string") throw new TypeError(`the bytes are not valid ${this.encoding}`);
    return text;
  }
}

/** Number of bytes at the end that start a UTF-8 sequence without ending it. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** Defines TextEncoder and TextDecoder. */
export function installEncoding(): void {
  defineGlobal("TextEncoder", TextEncoder);
  defineGlobal("TextDecoder", TextDecoder);
}
