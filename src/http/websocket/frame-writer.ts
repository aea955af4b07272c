/** The opcodes of RFC 6455, section 11.8. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One of the {@link OPCODE}s. */
export type Opcode = (typeof OPCODE)[keyof typeof OPCODE];

const MASK_BYTES = 4;

/**
 * Encodes a frame from a client, which is masked (RFC 6455, section 5.2). The mask keeps intermediaries from taking the payload
 * for something else, so it has to be unpredictable.
 * @param isFinal false if more fragments of the same message follow
 */
export function encodeFrame(opcode: Opcode, payload: Uint8Array, isFinal = true): Uint8Array {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = 2 + extended + MASK_BYTES;
  const frame = new Uint8Array(start + length);
  const view = new DataView(frame.buffer);
  frame[0] = (isFinal ? 0x80 : 0) | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  const mask = crypto.getRandomValues(frame.subarray(start - MASK_BYTES, start));
  frame.set(payload, start);
  applyMask(frame, start, mask);
  return frame;
}

/** Masks a frame's payload in place, four bytes at a time where that is possible. */
function applyMask(frame: Uint8Array, start: number, mask: Uint8Array): void {
  const bytewise = (from: number, to: number) => {
    for (let at = from; at < to; at++) frame[at] = (frame[at] ?? 0) ^ (mask[(at - start) % 4] ?? 0);
  };
  const aligned = start + ((4 - (start % 4)) % 4);
  if (frame.length < aligned + 4) return bytewise(start, frame.length);
  bytewise(start, aligned);
  const word =
    new Uint32Array(Uint8Array.from([0, 1, 2, 3], (i) => mask[(i + aligned - start) % 4] ?? 0).buffer)[0] ?? 0;
  const words = new Uint32Array(frame.buffer, aligned, Math.floor((frame.length - aligned) / 4));
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ word;
  bytewise(aligned + 4 * words.length, frame.length);
}

/** Encodes the payload of a close frame (RFC 6455, section 5.5.1). @param code undefined makes an empty one */
export function closePayload(code: number | undefined, reason: string): Uint8Array {
  if (code === undefined) return new Uint8Array(0);
  const text = Buffer.from(reason);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}
