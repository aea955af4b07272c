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

/** Creates a WebSocket whose server plays the script of a mock. At its end, the server accepts messages and says nothing. */
export function mockSocket(options: MockSocketOptions): OpenSocket {
  const { name, script, protocol, pattern } = options;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let listener: SocketListener | undefined;
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function end(how: SocketEnd): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    listener?.ended(how);
    resolve();
  }

  /** Does what the server does next, up to the next message of the task that it expects. */
  function play(): void {
    for (let step = script[at]; step !== undefined && !isOver && timer === undefined; step = script[at]) {
      if ("expect" in step) return;
      at += 1;
      const now = step;
      if (now.delayMs === undefined) perform(now);
      else {
        timer = setTimeout(() => {
          timer = undefined;
          perform(now);
          play();
        }, now.delayMs);
      }
    }
  }

  function perform(step: Exclude<MockMessage, { expect: JsonValue }>): void {
    if ("close" in step) end({ code: step.close, reason: step.reason ?? "", wasClean: true });
    else listener?.messages([step.send]);
  }

  return {
    protocol,
    extensions: "",
    closed,
    start: (given) => {
      listener = given;
      play();
    },
    send: (message) => {
      listener?.sent(messageBytes(message));
      const step = script[at];
      if (step === undefined || !("expect" in step)) return;
      const forms = formsOf(message);
      if (!forms.some((form) => matchesJson(step.expect, form, pattern))) {
        const why = matchJson(step.expect, forms[0], pattern)[0] ?? "";
        const problem = `${name}: a message differs from what the mock expects: ${why}`;
        return end({ code: 1006, reason: "", wasClean: false, problem });
      }
      at += 1;
      play();
    },
    close: (code, reason) => end({ code: code ?? 1005, reason, wasClean: true }),
    took: () => undefined,
    leave: () => {
      isOver = true;
      clearTimeout(timer);
      resolve();
    },
  };
}

/** Returns the forms in which a message can be compared: as JSON, and as text (bytes in base64). */
function formsOf(message: SocketMessage): JsonValue[] {
  if (typeof message !== "string") return [Buffer.from(message).toString("base64")];
  try {
    return [JSON.parse(message) as JsonValue, message];
  } catch {
    return [message];
  }
}
