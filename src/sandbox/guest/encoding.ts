import { OPERATION } from "../host-operations.ts";
import { bytesOf } from "./bytes.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import { isUint8Array, toDictionary, toDomString } from "./webidl.ts";

const UTF8 = "utf-8";

/** Encodes a text as UTF-8. Unpaired surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return host(OPERATION.encodeText, text.toWellFormed()) as Uint8Array;
}

/** https://encoding.spec.whatwg.org/#interface-textencoder */
class TextEncoder {
  readonly #encoding = UTF8;

  get encoding(): string {
    return this.#encoding;
  }

  encode(input: unknown = ""): Uint8Array {
    void this.#encoding; // throws for anything else than a TextEncoder
    return encodeUtf8(toDomString(input, "the text"));
  }

  encodeInto(...given: unknown[]): { read: number; written: number } {
    void this.#encoding;
    needArguments(given, 2, "TextEncoder.encodeInto");
    const text = toDomString(given[0], "the text");
    const destination = given[1];
    if (!isUint8Array(destination)) throw new TypeError("the destination of encodeInto must be a Uint8Array");
    const encoded = encodeUtf8(withoutHalf(text, destination.length));
    let written = Math.min(encoded.length, destination.length);
    while (written < encoded.length && isContinuation(encoded[written])) written -= 1;
    const fitting = encoded.subarray(0, written);
    if (written > 0) destination.set(fitting); // a detached destination has no room, and would throw
    return { read: utf16Length(fitting), written };
  }
}

/** Returns the first UTF-16 units of a text, without half of a character at the end. */
function withoutHalf(text: string, length: number): string {
  if (text.length <= length) return text;
  const isHalf = isHighSurrogate(text.charCodeAt(length - 1)) && isLowSurrogate(text.charCodeAt(length));
  return text.slice(0, isHalf ? length - 1 : length);
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function utf16Length(utf8: Uint8Array): number {
  let length = 0;
  for (const byte of utf8) length += isContinuation(byte) ? 0 : byte >= 0xf0 ? 2 : 1;
  return length;
}

const FATAL = 1;
const KEEP_BOM = 2;
const STREAM = 4;
/** Encodings in which a chunk can end in the middle of a character. */
const MULTI_BYTE = /^(?:utf-16|gb|big5|euc|iso-2022|shift)/;

/** https://encoding.spec.whatwg.org/#interface-textdecoder */
class TextDecoder {
  readonly #encoding: string;
  readonly #fatal: boolean;
  readonly #ignoreBom: boolean;
  /** In a stream: the incomplete UTF-8 sequence at the end, or for other encodings that can be cut all bytes so far. */
  #kept = new Uint8Array(0);
  /** In a stream: the text has begun, so a byte order mark is no longer possible. */
  #started = false;
  /** Length of the text returned so far, for a stream whose bytes are all kept. */
  #given = 0;

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const text = toDomString(label, "the name of an encoding");
    const name = host(OPERATION.encodingName, text);
    if (typeof name !== "string") throw new RangeError(`unknown text encoding "${text.slice(0, 100)}"`);
    const { fatal, ignoreBOM } = toDictionary(options, "the options of TextDecoder");
    this.#encoding = name;
    this.#fatal = Boolean(fatal);
    this.#ignoreBom = Boolean(ignoreBOM);
  }

  get encoding(): string {
    return this.#encoding;
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBom;
  }

  decode(input: unknown = undefined, options: unknown = undefined): string {
    const { stream: streaming } = toDictionary(options, "the options of decode");
    const bytes = joined(this.#kept, input === undefined ? new Uint8Array(0) : bytesOf(input));
    const stream = Boolean(streaming);
    const keepBom = this.#ignoreBom || this.#started;
    const given = this.#given;
    this.#kept = new Uint8Array(0);
    this.#started = false;
    this.#given = 0;
    if (!stream) return this.#text(bytes, keepBom, 0).slice(given);
    if (MULTI_BYTE.test(this.#encoding)) {
      const text = this.#text(bytes, this.#ignoreBom, STREAM);
      this.#kept = bytes.slice();
      this.#given = text.length;
      return text.slice(given);
    }
    const complete = bytes.length - (this.#encoding === UTF8 ? incompleteTail(bytes) : 0);
    this.#kept = bytes.slice(complete);
    this.#started = complete > 0 || keepBom;
    return this.#text(bytes.subarray(0, complete), keepBom, 0);
  }

  #text(bytes: Uint8Array, keepBom: boolean, flags: number): string {
    const all = flags + (this.#fatal ? FATAL : 0) + (keepBom ? KEEP_BOM : 0);
    const text = host(OPERATION.decodeText, bytes, this.#encoding, all);
    if (typeof text !== "string") throw new TypeError(`the bytes are not valid ${this.#encoding}`);
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

/**
 * Returns the number of bytes at the end that belong to an incomplete UTF-8 sequence. Bytes that no sequence can begin with
 * are not incomplete: they become U+FFFD at once. https://encoding.spec.whatwg.org/#utf-8-decoder
 */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0xc2 || byte > 0xf4 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (length <= back) return 0;
    return back === 1 || canFollow(byte, bytes[bytes.length - back + 1] ?? 0) ? back : 0;
  }
  return 0;
}

/** Can a continuation byte be the second of a sequence? It can't encode a surrogate, or what fewer or more bytes encode. */
function canFollow(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

/** Defines TextEncoder and TextDecoder. */
export function installEncoding(): void {
  shapeInterface(TextEncoder, "TextEncoder", { encodeInto: 2 });
  shapeInterface(TextDecoder, "TextDecoder");
  defineGlobal("TextEncoder", TextEncoder);
  defineGlobal("TextDecoder", TextDecoder);
}
