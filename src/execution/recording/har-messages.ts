import type { RecordedSocket, SocketFrame } from "../../http/websocket/record-socket.ts";
import { defined } from "../../lib/defined.ts";

/** One message, as browsers write it into an archive. `_code` is the code of a close frame, and `data` its reason. */
export interface HarMessage {
  type: "send" | "receive";
  /** Seconds since the epoch. */
  time: number;
  /** 1 for text, 2 for bytes in base64, 8 for the task's close. */
  opcode: 1 | 2 | 8;
  data: string;
  _code?: number;
}

/** The members of an entry that describe a WebSocket. */
export interface HarSocket {
  _resourceType?: "websocket";
  _webSocketMessages?: HarMessage[];
  /** How it ended. Absent if it was open when the execution ended. */
  _webSocketEnd?: NonNullable<RecordedSocket["end"]>;
}

/** Converts what went through a WebSocket. */
export function toHarSocket(socket: RecordedSocket | undefined): HarSocket {
  if (socket === undefined) return {};
  const messages = socket.frames.map(toMessage);
  return defined({ _resourceType: "websocket" as const, _webSocketMessages: messages, _webSocketEnd: socket.end });
}

/** The same the other way round. @returns undefined if the entry is not a WebSocket's */
export function fromHarSocket({ _webSocketMessages, _webSocketEnd }: HarSocket): RecordedSocket | undefined {
  if (_webSocketMessages === undefined) return undefined;
  return defined({ frames: _webSocketMessages.map(toFrame), end: _webSocketEnd });
}

function toMessage(frame: SocketFrame): HarMessage {
  const type: HarMessage["type"] = frame.from === "task" ? "send" : "receive";
  const time = frame.at / 1000;
  const { message } = frame;
  if (message === undefined) return defined({ type, time, opcode: 8 as const, data: frame.reason, _code: frame.code });
  if (typeof message === "string") return { type, time, opcode: 1, data: message };
  return { type, time, opcode: 2, data: Buffer.from(message).toString("base64") };
}

function toFrame({ type, time, opcode, data, _code }: HarMessage): SocketFrame {
  const at = time * 1000;
  if (opcode === 8) return defined({ from: "task" as const, at, reason: data, code: _code });
  const message = opcode === 1 ? data : new Uint8Array(Buffer.from(data, "base64"));
  return { from: type === "send" ? "task" : "server", at, message };
}
