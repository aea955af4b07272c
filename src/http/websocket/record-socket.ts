import type { OpenSocket, SocketEnd, SocketMessage } from "../../domain/websocket.ts";

/** What went through a WebSocket, in the order in which the host saw it. */
export interface RecordedSocket {
  frames: SocketFrame[];
  /** Absent if it was open when the execution ended. */
  end?: SocketEnd;
}

/** A message, or the task's close. */
export type SocketFrame = { from: "task" | "server"; at: number; message: SocketMessage } | SocketClose;

/** The task has closed the WebSocket. */
export interface SocketClose {
  from: "task";
  /** ms since the epoch. */
  at: number;
  /** Without a message. */
  message?: undefined;
  code?: number;
  reason: string;
}

/** Creates a WebSocket that notes what goes through another one. @param admit called before bytes are kept; false: they are not */
export function recordSocket(
  socket: OpenSocket,
  recorded: RecordedSocket,
  admit: (bytes: number) => boolean = () => true,
): OpenSocket {
  const { frames } = recorded;
  const { protocol, extensions, closed } = socket;
  let isOver = false;
  const note = (frame: SocketFrame) => {
    if (!isOver && admit(FRAME_BYTES + sizeOf(frame.message))) frames.push(frame);
  };
  return {
    protocol,
    extensions,
    closed,
    start: (listener) =>
      socket.start({
        ...listener,
        messages: (messages) => {
          for (const message of messages) note({ from: "server", at: Date.now(), message });
          listener.messages(messages);
        },
        ended: (end) => {
          isOver = true;
          recorded.end = end;
          listener.ended(end);
        },
      }),
    send: (message) => {
      note({ from: "task", at: Date.now(), message });
      socket.send(message);
    },
    close: (code, reason) => {
      note({ from: "task", at: Date.now(), ...(code === undefined ? {} : { code }), reason });
      socket.close(code, reason);
    },
    took: (bytes) => socket.took(bytes),
    leave: () => {
      isOver = true;
      socket.leave();
    },
  };
}

/** What a frame takes besides its message, bytes. */
const FRAME_BYTES = 64;

const sizeOf = (message: SocketMessage | undefined): number =>
  message === undefined ? 0 : typeof message === "string" ? message.length : message.byteLength;
