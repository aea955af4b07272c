import { type BodyDecoder, createChunkedDecoder, createLengthDecoder } from "./body-decoder.ts";
import { createHeadReader } from "./head-reader.ts";
import type { RequestHead } from "./request-head.ts";

/** What a reader found in some bytes. */
export interface ReadResult {
  /** Head of a new request. */
  head?: RequestHead;
  /** Next bytes of the body, possibly none. */
  body?: Buffer;
  /** What follows the request; undefined while it is incomplete. */
  rest?: Buffer;
}

/** Reads the requests of one connection, one at a time. */
export interface RequestReader {
  /** "between": no part of the next request has arrived. */
  state(): "between" | "head" | "body";
  /**
   * Takes the next bytes, at most up to the end of a request. They then belong to the reader.
   * @throws {HttpError} if they are not a request; nothing can be read after that
   */
  read(bytes: Buffer): ReadResult;
}

/** Creates the reader of one connection. */
export function createRequestReader(): RequestReader {
  const heads = createHeadReader();
  let decode: BodyDecoder | undefined;

  function readBody(decoder: BodyDecoder, bytes: Buffer): ReadResult {
    const { body, rest } = decoder(bytes);
    if (rest !== undefined) decode = undefined;
    const result: ReadResult = { body };
    if (rest !== undefined) result.rest = rest;
    return result;
  }

  return {
    state: () => (decode !== undefined ? "body" : heads.begun() ? "head" : "between"),
    read(bytes) {
      if (decode !== undefined) return readBody(decode, bytes);
      const found = heads.read(bytes);
      if (found === undefined) return {};
      const { head, rest } = found;
      if (head.framing === 0) return { head, rest };
      decode = head.framing === "chunked" ? createChunkedDecoder() : createLengthDecoder(head.framing);
      const result = readBody(decode, rest);
      result.head = head;
      return result;
    },
  };
}
