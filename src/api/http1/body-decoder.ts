import { formatSize } from "../../lib/size.ts";
import { createLineReader, type LineReader, parseChunkLine, readPlainChunkLine } from "./chunk-line.ts";
import { malformed, parseField } from "./grammar.ts";

/** What a decoder found in some bytes. */
export interface DecodedBody {
  /** Next bytes of the body. They may share memory with the input. */
  body: Buffer;
  /** What follows the body; undefined while it is incomplete. */
  rest: Buffer | undefined;
}

/**
 * Decodes the next bytes of a body. The bytes then belong to the decoder.
 * @throws {HttpError} 400 if they are not framed as RFC 9112, section 7.1 requires
 */
export type BodyDecoder = (bytes: Buffer) => DecodedBody;

/** Creates a decoder for a body whose length the head gives. */
export function createLengthDecoder(length: number): BodyDecoder {
  let missing = length;
  return (bytes) => {
    const body = bytes.subarray(0, missing);
    missing -= body.length;
    return { body, rest: missing === 0 ? bytes.subarray(body.length) : undefined };
  };
}

/** Maximum size of chunk extensions and trailers, which are ignored, in bytes per request. */
export const MAX_OVERHEAD_BYTES = 16 * 1024;

/** Fields that frame or route a message must not follow it (RFC 9110, section 6.5.1). */
const FRAMING_FIELDS: ReadonlySet<string> = new Set(["transfer-encoding", "content-length", "host"]);

const CR = 13;
const LF = 10;

/** The state of a decoder of chunks. */
interface ChunkState {
  /** What comes next. */
  next: "size" | "rest of size" | "data" | "CR" | "LF" | "trailer";
  /** Bytes missing from the current chunk. */
  missing: number;
  /** Bytes of chunk extensions and trailers so far. */
  overhead: number;
  readonly readLine: LineReader;
}

/** Creates a decoder for a body in chunks. Trailer fields are checked and ignored. */
export function createChunkedDecoder(): BodyDecoder {
  const state: ChunkState = { next: "size", missing: 0, overhead: 0, readLine: createLineReader() };
  return (bytes) => decodeChunks(state, bytes);
}

function decodeChunks(state: ChunkState, bytes: Buffer): DecodedBody {
  let at = 0;
  /** Chunks are moved together at the beginning of `bytes`, because there may be thousands. */
  let end = 0;
  while (at < bytes.length) {
    if (state.next === "data") {
      const size = Math.min(state.missing, bytes.length - at);
      if (end !== at) bytes.copyWithin(end, at, at + size);
      end += size;
      at += size;
      state.missing -= size;
      if (state.missing === 0) state.next = "CR";
    } else if (state.next === "CR" || state.next === "LF") {
      takeChunkEnd(state, bytes[at]);
      at += 1;
    } else {
      const taken = takeLine(state, bytes, at);
      if (taken === undefined) break;
      at = taken.end;
      if (taken.isLast) return { body: bytes.subarray(0, end), rest: bytes.subarray(at) };
    }
  }
  return { body: bytes.subarray(0, end), rest: undefined };
}

/** Takes one byte of the line end that follows a chunk. */
function takeChunkEnd(state: ChunkState, byte: number | undefined): void {
  if (byte !== (state.next === "CR" ? CR : LF)) throw malformed("A chunk is longer than its size says.");
  state.next = state.next === "CR" ? "LF" : "size";
}

/**
 * Takes a chunk's size or a trailer field.
 * @returns where the line ends, and whether it was the last one; undefined while it is incomplete
 */
function takeLine(state: ChunkState, bytes: Buffer, at: number): { end: number; isLast: boolean } | undefined {
  const plain = state.next === "size" ? readPlainChunkLine(bytes, at) : undefined;
  if (plain !== undefined) {
    beginChunk(state, plain.size);
    return { end: plain.end, isLast: false };
  }
  const found = state.readLine(bytes.subarray(at));
  if (found === undefined) {
    if (state.next === "size") state.next = "rest of size";
    return undefined;
  }
  const end = bytes.length - found.rest.length;
  if (state.next !== "trailer") {
    const { size, extensions } = parseChunkLine(found.line);
    countOverhead(state, extensions);
    beginChunk(state, size);
    return { end, isLast: false };
  }
  if (found.line === "") return { end, isLast: true };
  countOverhead(state, found.line.length + 2);
  const { name } = parseField(found.line);
  if (FRAMING_FIELDS.has(name.toLowerCase())) throw malformed(`${name} does not belong in a trailer.`);
  return { end, isLast: false };
}

function beginChunk(state: ChunkState, size: number): void {
  state.missing = size;
  state.next = size === 0 ? "trailer" : "data";
}

function countOverhead(state: ChunkState, bytes: number): void {
  state.overhead += bytes;
  if (state.overhead > MAX_OVERHEAD_BYTES) {
    throw malformed(
      `Chunk extensions and trailers have more than ${formatSize(MAX_OVERHEAD_BYTES)}.`,
      "Leave them out.",
    );
  }
}
