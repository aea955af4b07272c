import { createLineReader, parseChunkLine, readPlainChunkLine } from "./chunk-line.ts";
import { malformed, parseField } from "./grammar.ts";

/** What a decoder makes of bytes. */
export interface DecodedBody {
  /** Next bytes of the body. They may lie where the input was. */
  body: Buffer;
  /** What follows the body; undefined while it is not complete. */
  rest: Buffer | undefined;
}

/**
 * Takes the next bytes of a body, which then belong to it.
 * @throws {Refusal} 400 when they are not framed as RFC 9112, section 7.1 says
 */
export type BodyDecoder = (bytes: Buffer) => DecodedBody;

/** Decodes a body whose length the head gives. */
export function createLengthDecoder(length: number): BodyDecoder {
  let missing = length;
  return (bytes) => {
    const body = bytes.subarray(0, missing);
    missing -= body.length;
    return { body, rest: missing === 0 ? bytes.subarray(body.length) : undefined };
  };
}

/** What a client may send in chunk extensions and trailers, which are ignored, bytes for each request. */
export const MAX_OVERHEAD_BYTES = 16 * 1024;

/** Fields that say where a message ends, or whom it is for, have no place after its end (RFC 9110, section 6.5.1). */
const FRAMING_FIELDS: ReadonlySet<string> = new Set(["transfer-encoding", "content-length", "host"]);

/** Decodes a body in chunks. Trailer fields are checked and ignored. */
export function createChunkedDecoder(): BodyDecoder {
  let state: "size" | "size, begun" | "data" | "CR" | "LF" | "trailer" = "size";
  /** Of the chunk under way, bytes. */
  let missing = 0;
  let overhead = 0;
  const readLine = createLineReader();

  function beginChunk(size: number): void {
    missing = size;
    state = size === 0 ? "trailer" : "data";
  }

  function count(bytes: number): void {
    overhead += bytes;
    if (overhead > MAX_OVERHEAD_BYTES) {
      throw malformed(`Chunk extensions and trailers have more than ${MAX_OVERHEAD_BYTES} bytes.`, "Leave them out.");
    }
  }

  function onLine(line: string): void {
    if (state === "trailer") {
      count(line.length + 2);
      const { name } = parseField(line);
      if (FRAMING_FIELDS.has(name.toLowerCase())) throw malformed(`${name} does not belong in a trailer.`);
      return;
    }
    const { size, extensions } = parseChunkLine(line);
    count(extensions);
    beginChunk(size);
  }

  return (bytes) => {
    let at = 0;
    /** Chunks are moved together at the beginning of `bytes`: there may be thousands. */
    let end = 0;
    while (at < bytes.length) {
      if (state === "data") {
        const size = Math.min(missing, bytes.length - at);
        if (end !== at) bytes.copyWithin(end, at, at + size);
        end += size;
        at += size;
        missing -= size;
        if (missing === 0) state = "CR";
      } else if (state === "CR" || state === "LF") {
        if (bytes[at] !== (state === "CR" ? 13 : 10)) throw malformed("A chunk is longer than its size says.");
        at += 1;
        state = state === "CR" ? "LF" : "size";
      } else {
        const plain = state === "size" ? readPlainChunkLine(bytes, at) : undefined;
        if (plain !== undefined) {
          at = plain.end;
          beginChunk(plain.size);
          continue;
        }
        const found = readLine(bytes.subarray(at));
        if (found === undefined) {
          if (state === "size") state = "size, begun";
          break;
        }
        at = bytes.length - found.rest.length;
        if (state === "trailer" && found.line === "") return { body: bytes.subarray(0, end), rest: found.rest };
        onLine(found.line);
      }
    }
    return { body: bytes.subarray(0, end), rest: undefined };
  };
}
