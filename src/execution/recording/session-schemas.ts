import Type from "typebox";

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Bytes = Type.Integer({ minimum: 1 });
const Pair = Type.Object({ name: Text, value: Text });
const Base64 = Type.Literal("base64");

const JOURNAL = Type.Object({
  seed: Type.String({ pattern: "^[0-9a-f]{16}$" }),
  startedAt: Type.Number(),
  clock: Type.Array(Type.Tuple([Type.String({ pattern: "^-?[0-9]{1,30}$" }), Bytes])),
  random: Type.Array(Type.String({ pattern: "^[A-Za-z0-9+/]*={0,2}$" })),
  deliveries: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal("fetch"), Type.Literal("timer"), Type.Literal("crypto")]),
      index: Count,
    }),
  ),
});

/** `environment.json`. */
export const ENVIRONMENT_SCHEMA = Type.Object({
  format: Type.Integer({ minimum: 1 }),
  ratchet: Type.Object({ version: Text, commit: Text }),
  engine: Text,
  platform: Type.Object({ os: Text, arch: Text, bun: Text }),
  task: Type.Object({ uuid: Text, label: Text, version: Text, checksum: Text }),
  execution: Type.Object({ id: Text, attempt: Bytes, startedAt: Text }),
  limits: Type.Object({
    timeMs: Type.Number({ exclusiveMinimum: 0 }),
    memoryBytes: Bytes,
    stackBytes: Bytes,
    outputBytes: Count,
    logBytes: Count,
    fetchCount: Count,
    fetchResponseBytes: Count,
    fetchTotalBytes: Count,
  }),
  usage: Type.Object({
    durationMs: Type.Number(),
    peakMemoryBytes: Type.Number(),
    fetchCount: Count,
    fetchBytes: Count,
  }),
  secrets: Type.Record(Text, Text),
  journal: Type.Union([JOURNAL, Type.Null()]),
});

/** `error.json`; the guest's error is looked at again where it is used. */
export const ERROR_SCHEMA = Type.Object({
  code: Type.String({ minLength: 1 }),
  message: Text,
  guest: Type.Optional(Type.Object({ name: Text, message: Text, status: Type.Optional(Type.Number()) })),
});

const REQUEST = Type.Object({
  method: Type.String({ minLength: 1 }),
  url: Text,
  headers: Type.Array(Pair),
  postData: Type.Optional(Type.Object({ text: Text, _encoding: Type.Optional(Base64) })),
  _redirect: Type.Optional(Type.Union([Type.Literal("follow"), Type.Literal("manual"), Type.Literal("error")])),
});

const RESPONSE = Type.Object({
  status: Type.Integer({ minimum: 0, maximum: 999 }),
  statusText: Text,
  headers: Type.Array(Pair),
  content: Type.Object({ text: Type.Optional(Text), encoding: Type.Optional(Base64) }),
  _url: Type.Optional(Text),
  _redirected: Type.Optional(Type.Boolean()),
  _error: Type.Optional(
    Type.Object({
      kind: Type.Union([
        Type.Literal("network"),
        Type.Literal("timeout"),
        Type.Literal("too-large"),
        Type.Literal("refused"),
        Type.Literal("aborted"),
        Type.Literal("invalid-request"),
      ]),
      message: Text,
    }),
  ),
});

/** The part of `requests.har` that a replay needs: an archive from elsewhere that has it will do. */
export const HAR_SCHEMA = Type.Object({
  log: Type.Object({
    entries: Type.Array(
      Type.Object({
        startedDateTime: Text,
        time: Type.Number(),
        request: REQUEST,
        response: RESPONSE,
      }),
    ),
  }),
});
