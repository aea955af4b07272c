import { OPERATION } from "../host-operations.ts";
import { bytesOf } from "./bytes.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";

/** Encodes a text as UTF-8. Unpaired surrogates become U+FFFD. */
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

const FATAL = 1;
const KEEP_BOM = 2;
const STREAM = 4;
const UTF8 = "utf-8";
/** Encodings in which a chunk can end in the middle of a character. */
const MULTI_BYTE = /^(?:utf-16|gb|big5|euc|iso-2022|shift)/;

/** https://encoding.spec.whatwg.org/#interface-textdecoder */
class TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** In a stream: the incomplete UTF-8 sequence at the end, or for other encodings that can be cut all bytes so far. */
  #kept = new Uint8Array(0);
  /** In a stream: the text has begun, so a byte order mark is no longer possible. */
  #started = false;
  /** Length of the text returned so far, for a stream whose bytes are all kept. */
  #given = 0;

  constructor(label: unknown = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    const name = host(OPERATION.encodingName, String(label));
    if (typeof name !== "string") throw new RangeError(`unknown text encoding "${String(label)}"`);
    this.encoding = name;
    this.fatal = options.fatal === true;
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(input?: unknown, options: { stream?: boolean } = {}): string {
    const bytes = joined(this.#kept, input === undefined ? new Uint8Array(0) : bytesOf(input));
    const stream = options.stream === true;
    const keepBom = this.ignoreBOM || this.#started;
    const given = this.#given;
    this.#kept = new Uint8Array(0);
    this.#started = false;
    this.#given = 0;
    if (!stream) return this.#text(bytes, keepBom, 0).slice(given);
    if (MULTI_BYTE.test(this.encoding)) {
      const text = this.#text(bytes, this.ignoreBOM, STREAM);
      this.#kept = bytes.slice();
      this.#given = text.length;
      return text.slice(given);
    }
    const complete = bytes.length - (this.encoding === UTF8 ? incompleteTail(bytes) : 0);
    this.#kept = bytes.slice(complete);
    this.#started = complete > 0 || keepBom;
    return this.#text(bytes.subarray(0, complete), keepBom, 0);
  }

  #text(bytes: Uint8Array, keepBom: boolean, flags: number): string {
    const all = flags + (this.fatal ? FATAL : 0) + (keepBom ? KEEP_BOM : 0);
    const text = host(OPERATION.decodeText, bytes, this.encoding, all);
    if (typeof text !== "string") throw new TypeError(`the bytes are not valid ${this.encoding}`);
    return text;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Returns the number of bytes at the end that belong to an incomplete UTF-8 sequence. */
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
