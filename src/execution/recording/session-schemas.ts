import Type from "typebox";
import { HTTP_REDIRECTS } from "../../domain/http.ts";
import { HTTP_FAILURE_CODES, HTTP_FAILURE_KINDS } from "../../domain/http-failure-code.ts";
import { DELIVERY_KINDS } from "../../domain/recording.ts";

/** `environment.json`. */
export function environmentSchema() {
  const { text, count, positive } = primitives();
  const journal = Type.Object({
    seed: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    startedAt: Type.Number(),
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    clock: Type.Array(Type.Tuple([Type.String({ pattern: "^-?[0-9]{1,30}$" }), positive])),
    random: Type.Array(Type.String({ pattern: "^[A-Za-z0-9+/]*={0,2}$" })),
    hostTexts: Type.Array(Type.Tuple([text, positive])),
    deliveries: Type.Array(
      Type.Object({
        kind: Type.Enum(DELIVERY_KINDS),
        index: count,
      }),
    ),
  });
  return Type.Object({
    format: positive,
    ratchet: Type.Object({ version: text, commit: text }),
    engine: text,
    platform: Type.Object({ os: text, arch: text, bun: text }),
    task: Type.Object({ uuid: text, label: text, version: text, checksum: text }),
    execution: Type.Object({ id: text, attempt: positive, startedAt: text }),
    limits: Type.Object({
      timeMs: Type.Number({ exclusiveMinimum: 0 }),
      // Recordings of earlier versions have none.
      cleanupMs: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
      memoryBytes: positive,
      stackBytes: positive,
      outputBytes: count,
      logBytes: count,
      fetchCount: count,
      fetchResponseBytes: count,
      fetchTotalBytes: count,
    }),
    usage: Type.Object({
      durationMs: Type.Number(),
      cpuMs: Type.Optional(Type.Number()),
      peakMemoryBytes: Type.Number(),
      fetchCount: count,
      fetchBytes: count,
    }),
    secrets: Type.Record(text, text),
    journal: Type.Union([journal, Type.Null()]),
  });
}

/** The part of `error.json` that a replay compares. */
export function errorSchema() {
  const { text } = primitives();
  return Type.Object({
    code: Type.String({ minLength: 1 }),
    message: text,
    guest: Type.Optional(Type.Object({ name: text, message: text, status: Type.Optional(Type.Number()) })),
  });
}

/** `replay.json`. */
export function referenceSchema() {
  const completed = Type.Object({ status: Type.Literal("completed"), output: Type.Unknown() });
  const failed = Type.Object({ status: Type.Literal("failed"), error: errorSchema() });
  return Type.Object({ outcome: Type.Union([completed, failed]), requests: Type.Array(Type.String()) });
}

/** The part of `requests.har` that a replay needs. Archives from other tools work if they have it. */
export function harSchema() {
  const { text, positive } = primitives();
  const headers = Type.Array(Type.Object({ name: text, value: text }));
  const base64 = Type.Optional(Type.Literal("base64"));
  const request = Type.Object({
    method: Type.String({ minLength: 1 }),
    url: text,
    headers,
    postData: Type.Optional(Type.Object({ text, _encoding: base64 })),
    _redirect: Type.Optional(Type.Enum(HTTP_REDIRECTS)),
    _redirects: Type.Optional(Type.Array(Type.Object({ method: text, url: text }))),
  });
  const response = Type.Object({
    status: Type.Integer({ minimum: 0, maximum: 999 }),
    statusText: text,
    headers,
    content: Type.Object({ text: Type.Optional(text), encoding: base64 }),
    _url: Type.Optional(text),
    _redirected: Type.Optional(Type.Boolean()),
    _pieces: Type.Optional(Type.Array(positive)),
    _attempts: Type.Optional(positive),
    _error: Type.Optional(failureSchema()),
  });
  const entry = Type.Object({ startedDateTime: text, time: Type.Number(), request, response, ...socketMembers() });
  return Type.Object({ log: Type.Object({ entries: Type.Array(entry) }) });
}

/** Why there was no response, or why its body ended early. */
function failureSchema() {
  const { text, count } = primitives();
  return Type.Object({
    kind: Type.Enum(HTTP_FAILURE_KINDS),
    message: text,
    code: Type.Optional(text),
    failureCode: Type.Optional(Type.Enum(HTTP_FAILURE_CODES)),
    attempts: Type.Optional(count),
    retryAfterMs: Type.Optional(Type.Number()),
  });
}

/** The members of an entry that describe a WebSocket. */
function socketMembers() {
  const { text, count } = primitives();
  const message = Type.Object({
    type: Type.Union([Type.Literal("send"), Type.Literal("receive")]),
    time: Type.Number(),
    opcode: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(8)]),
    data: text,
    _code: Type.Optional(count),
  });
  const end = Type.Object({
    code: count,
    reason: text,
    wasClean: Type.Boolean(),
    problem: Type.Optional(text),
    tooLarge: Type.Optional(Type.Boolean()),
  });
  return { _webSocketMessages: Type.Optional(Type.Array(message)), _webSocketEnd: Type.Optional(end) };
}

function primitives() {
  return {
    text: Type.String(),
    count: Type.Integer({ minimum: 0 }),
    positive: Type.Integer({ minimum: 1 }),
  };
}
