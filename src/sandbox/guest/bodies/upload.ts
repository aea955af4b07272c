import type { Body, Upload } from "../body.ts";
import { streamOf } from "./body.ts";
import { checkedChunk } from "./byte-stream.ts";

/** The largest piece that the host takes at a time, bytes. */
const PIECE = 64 * 1024;

/** Takes the content of a body, to be sent in pieces. The next chunk of its stream is asked for when a piece is. */
export function upload(body: Body): Upload {
  const reader = streamOf(body).getReader();
  let left: Uint8Array | undefined;
  return {
    async next() {
      while (left === undefined || left.length === 0) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        left = await checkedChunk(reader, value);
      }
      const piece = left.subarray(0, PIECE);
      left = left.subarray(PIECE);
      return piece;
    },
    cancel(reason) {
      void reader.cancel(reason).catch(() => undefined);
    },
  };
}
