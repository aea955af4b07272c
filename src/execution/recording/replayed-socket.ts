import {
  messageBytes,
  type OpenSocket,
  type SocketEnd,
  type SocketListener,
  type SocketMessage,
} from "../../domain/websocket.ts";
import type { RecordedSocket, SocketFrame } from "../../http/websocket/record-socket.ts";

/** What a replayed WebSocket was opened with. */
export interface ReplayedSocketOptions {
  recorded: RecordedSocket;
  protocol: string;
  extensions: string;
  /** Says how a message of the task differs from the recorded one, one line for each difference. */
  compare: (recorded: SocketMessage, actual: SocketMessage) => string[];
  /** Called with each difference. */
  differs: (line: string) => void;
}

/**
 * A WebSocket that consists of a recording. What the server had sent comes when the task has sent what it had sent by
 * then, so that nothing arrives before what it responds to.
 */
export class ReplayedSocket implements OpenSocket {
  readonly protocol: string;
  readonly extensions: string;
  readonly closed: Promise<void>;
  readonly #close: () => void;
  #listener: SocketListener | undefined;
  #at = 0;
  #isOver = false;

  constructor(private readonly options: ReplayedSocketOptions) {
    this.protocol = options.protocol;
    this.extensions = options.extensions;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
  }

  /** Returns how many messages the task had sent in the recording that it has not sent now. */
  get missing(): number {
    return this.options.recorded.frames.slice(this.#at).filter(({ from }) => from === "task").length;
  }

  start(listener: SocketListener): void {
    this.#listener = listener;
    this.#play();
  }

  send(message: SocketMessage): void {
    const number = this.#at;
    const frame = this.#next();
    this.#listener?.sent(messageBytes(message));
    if (frame?.message === undefined) this.options.differs(`message ${number} was sent but not recorded`);
    else {
      for (const line of this.options.compare(frame.message, message)) {
        this.options.differs(`message ${number} differs: ${line}`);
      }
      this.#at += 1;
    }
    this.#play();
  }

  close(code: number | undefined, reason: string): void {
    const frame = this.#next();
    if (frame !== undefined && frame.message === undefined && frame.code === code && frame.reason === reason) {
      this.#at += 1;
      return this.#play();
    }
    this.options.differs(`it was closed with ${code ?? "no code"} and the reason ${JSON.stringify(reason)}`);
    this.#end({ code: code ?? 1005, reason, wasClean: true });
  }

  took(): void {}

  leave(): void {
    this.#isOver = true;
    this.#close();
  }

  /** Returns what the task did next in the recording. */
  #next(): SocketFrame | undefined {
    return this.options.recorded.frames[this.#at];
  }

  #play(): void {
    const { frames, end } = this.options.recorded;
    for (let frame = frames[this.#at]; frame?.from === "server" && !this.#isOver; frame = frames[this.#at]) {
      this.#at += 1;
      this.#listener?.messages([frame.message]);
    }
    if (this.#at === frames.length && end !== undefined) this.#end(end);
  }

  #end(end: SocketEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener?.ended(end);
    this.#close();
  }
}
