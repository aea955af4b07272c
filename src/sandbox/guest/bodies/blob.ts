import { OPERATION } from "../../host-operations.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { toUsvString } from "../pairs.ts";
import {
  copyBytes,
  isBufferSource,
  isObjectOrFunction,
  toDictionary,
  toDomString,
  toEnum,
  toSequence,
} from "../webidl.ts";
import { base, host } from "./base.ts";
import { byteStream } from "./byte-stream.ts";

/** https://w3c.github.io/FileAPI/#blob-section */
export class Blob {
  #bytes: Uint8Array = new Uint8Array(0);
  #type = "";

  constructor(parts: unknown = undefined, options: unknown = undefined) {
    const converted = parts === undefined ? [] : toSequence(parts, toPart, "the parts of a Blob");
    const given = toDictionary(options, "the options of a Blob");
    const { endings } = given;
    const native = endings !== undefined && toEnum(endings, ["transparent", "native"], "endings") === "native";
    this.#type = toType(given.type);
    this.#bytes = joinParts(converted, native);
  }

  get size(): number {
    return this.#bytes.length;
  }

  get type(): string {
    return this.#type;
  }

  slice(start: unknown = undefined, end: unknown = undefined, type: unknown = undefined): Blob {
    const { length } = this.#bytes;
    const from = clampedPlace(start, 0, length);
    const to = clampedPlace(end, length, length);
    return makeBlob(this.#bytes.subarray(from, Math.max(from, to)), toType(type));
  }

  stream(): object {
    return byteStream(this.#bytes);
  }

  async text(): Promise<string> {
    return host(OPERATION.decodeText, this.#bytes, "utf-8", 0) as string;
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return this.#bytes.slice().buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return this.#bytes.slice();
  }

  /** Not part of the public interface, like the two below: see {@link installBlobs}. */
  static bytesOf(blob: Blob): Uint8Array {
    return blob.#bytes;
  }

  static is(value: unknown): value is Blob {
    return typeof value === "object" && value !== null && #bytes in value;
  }

  static fill(blob: Blob, bytes: Uint8Array, type: string): void {
    blob.#bytes = bytes;
    blob.#type = type;
  }
}

const { fill } = Blob;

/** Returns the bytes of a Blob, which must not be changed. */
export const blobBytes = Blob.bytesOf;
/** Is a value a Blob, whatever its prototype is? */
export const isBlob = Blob.is;

/** Creates a Blob of bytes that nobody changes later. */
export function makeBlob(bytes: Uint8Array, type: string): Blob {
  const blob = new Blob();
  fill(blob, bytes, type);
  return blob;
}

/** https://w3c.github.io/FileAPI/#file-section */
export class File extends Blob {
  #name = "";
  #lastModified = 0;

  constructor(...given: unknown[]) {
    needArguments(given, 2, "File");
    const [parts, name, options] = given;
    if (!isObjectOrFunction(parts)) throw new TypeError("the parts of a File must be a sequence");
    super(parts, options);
    this.#name = toUsvString(name, "the name of a file");
    const { lastModified } = toDictionary(options, "the options of a File");
    this.#lastModified = lastModified === undefined ? Date.now() : toLongLong(lastModified);
  }

  get name(): string {
    return this.#name;
  }

  get lastModified(): number {
    return this.#lastModified;
  }

  /** Not part of the public interface. */
  static isFile(value: unknown): value is File {
    return typeof value === "object" && value !== null && #name in value;
  }
}

/** Is a value a File, whatever its prototype is? */
export const { isFile } = File;

/** Creates a File of bytes that nobody changes later. */
export function makeFile(bytes: Uint8Array, name: string, type: string, lastModified?: number): File {
  const file = new File([], name, lastModified === undefined ? undefined : { lastModified });
  fill(file, bytes, type);
  return file;
}

type Part = Uint8Array | string;

/** https://w3c.github.io/FileAPI/#typedefdef-blobpart */
function toPart(value: unknown): Part {
  if (isBlob(value)) return blobBytes(value);
  if (isBufferSource(value)) return copyBytes(value, "a part of a Blob");
  return toUsvString(value, "a part of a Blob");
}

function joinParts(parts: readonly Part[], native: boolean): Uint8Array {
  const all = parts.map((part) =>
    typeof part === "string" ? base.encodeUtf8(native ? part.replace(/\r\n?|\n/g, "\n") : part) : part,
  );
  if (all.length === 1 && all[0] !== undefined) return all[0];
  return joinBytes(all);
}

/** Copies several pieces into one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function toType(value: unknown): string {
  if (value === undefined) return "";
  const text = toDomString(value, "the type of a Blob");
  return /[^\x20-\x7e]/.test(text) ? "" : text.toLowerCase();
}

/** https://webidl.spec.whatwg.org/#js-long-long with [Clamp], counted from the end if negative */
function clampedPlace(value: unknown, standard: number, length: number): number {
  if (value === undefined) return standard;
  const number = Number(value);
  const place = Number.isNaN(number) ? 0 : roundedToEven(number);
  return place < 0 ? Math.max(length + place, 0) : Math.min(place, length);
}

function roundedToEven(number: number): number {
  const floor = Math.floor(number);
  if (number - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(number);
}

/** https://webidl.spec.whatwg.org/#js-long-long */
function toLongLong(value: unknown): number {
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? Number(BigInt.asIntN(64, BigInt(number))) : 0;
}

/** Gives the classes the shape of interfaces. */
export function installBlobs(): void {
  for (const name of ["bytesOf", "is", "fill"]) Reflect.deleteProperty(Blob, name);
  Reflect.deleteProperty(File, "isFile");
  shapeInterface(Blob, "Blob");
  shapeInterface(File, "File", { constructor: 2 });
}
