import type { JsonValue } from "../../domain/json.ts";
import type { MockMessage } from "../../domain/task.ts";
import {
  messageBytes,
  type OpenSocket,
  type SocketEnd,
  type SocketListener,
  type SocketMessage,
} from "../../domain/websocket.ts";
import { matchesJson, matchJson } from "../../lib/match-json.ts";
import type { MockPatterns } from "../mock-matching.ts";

/** What a mocked WebSocket plays. */
export interface MockSocketOptions {
  /** The WebSocket for messages: `WebSocket ws://host/path`. */
  name: string;
  script: readonly MockMessage[];
  protocol: string;
  pattern: MockPatterns;
}

/** A WebSocket whose server plays the script of a mock. At its end, the server accepts messages and says nothing. */
export class MockSocket implements OpenSocket {
  readonly protocol: string;
  readonly extensions = "";
  readonly closed: Promise<void>;
  readonly #close: () => void;
  #listener: SocketListener | undefined;
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(private readonly options: MockSocketOptions) {
    this.protocol = options.protocol;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
  }

  start(listener: SocketListener): void {
    this.#listener = listener;
    this.#play();
  }

  send(message: SocketMessage): void {
    const { name, script, pattern } = this.options;
    this.#listener?.sent(messageBytes(message));
    const step = script[this.#at];
    if (step === undefined || !("expect" in step)) return;
    const forms = formsOf(message);
    if (!forms.some((form) => matchesJson(step.expect, form, pattern))) {
      const why = matchJson(step.expect, forms[0], pattern)[0] ?? "";
      const problem = `${name}: a message differs from what the mock expects: ${why}`;
      return this.#end({ code: 1006, reason: "", wasClean: false, problem });
    }
    this.#at += 1;
    this.#play();
  }

  close(code: number | undefined, reason: string): void {
    this.#end({ code: code ?? 1005, reason, wasClean: true });
  }

  took(): void {}

  leave(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#close();
  }

  /** Does what the server does next, up to the next message of the task that it expects. */
  #play(): void {
    const { script } = this.options;
    while (!this.#isOver && this.#timer === undefined) {
      const step = script[this.#at];
      if (step === undefined || "expect" in step) return;
      this.#at += 1;
      if (step.delayMs === undefined) this.#perform(step);
      else this.#performLater(step, step.delayMs);
    }
  }

  #performLater(step: ServerStep, ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#perform(step);
      this.#play();
    }, ms);
  }

  #perform(step: ServerStep): void {
    if ("close" in step) this.#end({ code: step.close, reason: step.reason ?? "", wasClean: true });
    else this.#listener?.messages([step.send]);
  }

  #end(how: SocketEnd): void {
    if (this.#isOver) return;
    this.leave();
    this.#listener?.ended(how);
  }
}

/** What the server does by itself. */
type ServerStep = Exclude<MockMessage, { expect: JsonValue }>;

/** Returns the forms in which a message can be compared: as JSON, and as text (bytes in base64). */
function formsOf(message: SocketMessage): JsonValue[] {
  if (typeof message !== "string") return [Buffer.from(message).toString("base64")];
  try {
    return [JSON.parse(message) as JsonValue, message];
  } catch {
    return [message];
  }
}
