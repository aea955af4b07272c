import { FrameError } from "./frame-header.ts";

/** Reads the payload of a close frame (RFC 6455, sections 5.5.1 and 7.4). @throws {FrameError} if a server must not send it */
export function readClose(payload: Uint8Array): { code: number; reason: string } {
  if (payload.length === 0) return { code: 1005, reason: "" };
  const [high = 0, low = 0] = payload;
  const code = high * 256 + low;
  if (payload.length === 1 || !mayBeSent(code)) {
    throw new FrameError(1002, "the server closed the connection with a code that it must not use");
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { code, reason: text.decode(payload.subarray(2)) };
  } catch {
    throw new FrameError(1007, "the server closed the connection with a reason that is not UTF-8");
  }
}

/** The registry's codes without those that are reserved for other uses: https://www.iana.org/assignments/websocket/ */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
