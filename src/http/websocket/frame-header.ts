import { OPCODE } from "./frame-writer.ts";

/** The header of a frame from a server. */
export interface FrameHeader {
  isFinal: boolean;
  isCompressed: boolean;
  opcode: number;
  /** Of the payload, in bytes. */
  length: number;
}

/** A violation of the protocol, or a limit. `status` is the code of the close frame that says so. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  constructor(
    readonly status: 1002 | 1007 | 1009,
    message: string,
  ) {
    super(message);
  }
}

const KNOWN: readonly number[] = Object.values(OPCODE);
const LONGEST_CONTROL = 125;

/** Returns how many bytes a header has, by its second byte. A server does not mask. */
export function headerLength(second: number): number {
  const length = second & 0x7f;
  return length === 126 ? 4 : length === 127 ? 10 : 2;
}

/**
 * Reads the header of a frame from a server (RFC 6455, section 5.2).
 * @param bytes exactly the header
 * @param mayCompress permessage-deflate is in use (RFC 7692)
 * @throws {FrameError} 1002 for a frame that a server must not send
 */
export function readHeader(bytes: Uint8Array, mayCompress: boolean): FrameHeader {
  const [first = 0, second = 0] = bytes;
  const opcode = first & 0x0f;
  const isFinal = (first & 0x80) !== 0;
  const isCompressed = (first & 0x40) !== 0;
  if ((first & 0x30) !== 0) throw new FrameError(1002, "the server sent a frame with reserved bits");
  if (!KNOWN.includes(opcode)) throw new FrameError(1002, `the server sent a frame with the unknown opcode ${opcode}`);
  if ((second & 0x80) !== 0) throw new FrameError(1002, "the server sent a masked frame");
  const isControl = opcode >= OPCODE.close;
  if (isCompressed && (!mayCompress || isControl || opcode === OPCODE.continuation)) {
    throw new FrameError(1002, "the server sent a frame with a reserved bit");
  }
  const length = payloadLength(bytes);
  if (isControl && (!isFinal || length > LONGEST_CONTROL)) {
    throw new FrameError(1002, "the server sent a control frame that is fragmented or too long");
  }
  return { isFinal, isCompressed, opcode, length };
}

function payloadLength(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getUint16(2);
  if (bytes.length !== 10) return (bytes[1] ?? 0) & 0x7f;
  const length = view.getBigUint64(2);
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new FrameError(1009, "the server sent a frame that is too long");
  return Number(length);
}
