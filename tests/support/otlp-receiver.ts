/** A span as a collector decodes it. Ids are hexadecimal, times µs. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  startUs: number;
  endUs: number;
  attributes: Record<string, string | number>;
  /** 2 is an error. */
  status: { code: number; message: string };
}

/** A collector on loopback that decodes what it gets, by OTLP's own definitions and not by the sender's code. */
export interface OtlpReceiver extends AsyncDisposable {
  url: string;
  spans: ReceivedSpan[];
  /** The headers of each request. */
  requests: Headers[];
  serviceNames: Set<string>;
  /** Statuses with which the next requests are refused, with their headers. */
  refusals: { status: number; headers?: Record<string, string> }[];
  /** Resolves when the spans meet a condition. */
  until(condition: (spans: ReceivedSpan[]) => boolean): Promise<void>;
}

export function startOtlpReceiver(port = 0): OtlpReceiver {
  const spans: ReceivedSpan[] = [];
  const requests: Headers[] = [];
  const serviceNames = new Set<string>();
  const refusals: OtlpReceiver["refusals"] = [];
  let waiting: (() => void)[] = [];
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (request.method !== "POST" || new URL(request.url).pathname !== "/v1/traces") {
        return new Response("no", { status: 404 });
      }
      requests.push(request.headers);
      const bytes = new Uint8Array(await request.arrayBuffer());
      const refusal = refusals.shift();
      if (refusal !== undefined) return new Response("later", refusal);
      const isJson = request.headers.get("content-type") === "application/json";
      const decoded = isJson ? decodeJson(bytes) : decodeProtobuf(bytes);
      spans.push(...decoded.spans);
      for (const name of decoded.services) serviceNames.add(name);
      for (const wake of waiting.splice(0)) wake();
      return new Response();
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans,
    requests,
    serviceNames,
    refusals,
    async until(condition) {
      while (!condition(spans)) {
        await new Promise<void>((resolve) => {
          waiting = [...waiting, resolve];
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}

interface Decoded {
  spans: ReceivedSpan[];
  services: string[];
}

/** OTLP/JSON: ids in hexadecimal, 64-bit numbers as texts. */
function decodeJson(bytes: Uint8Array): Decoded {
  const body = JSON.parse(new TextDecoder().decode(bytes)) as JsonRequest;
  return {
    services: body.resourceSpans.map(({ resource }) => String(attributesOf(resource.attributes)["service.name"])),
    spans: body.resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) =>
        scope.spans.map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? "",
          traceState: span.traceState ?? "",
          name: span.name,
          kind: span.kind,
          startUs: Number(BigInt(span.startTimeUnixNano) / 1_000n),
          endUs: Number(BigInt(span.endTimeUnixNano) / 1_000n),
          attributes: attributesOf(span.attributes),
          status: { code: span.status.code ?? 0, message: span.status.message ?? "" },
        })),
      ),
    ),
  };
}

interface JsonAttribute {
  key: string;
  value: { stringValue?: string; intValue?: string | number; doubleValue?: number };
}

interface JsonRequest {
  resourceSpans: {
    resource: { attributes: JsonAttribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        traceState?: string;
        name: string;
        kind: number;
        startTimeUnixNano: string;
        endTimeUnixNano: string;
        attributes: JsonAttribute[];
        status: { code?: number; message?: string };
      }[];
    }[];
  }[];
}

function attributesOf(list: JsonAttribute[]): Record<string, string | number> {
  return Object.fromEntries(
    list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue ?? value.doubleValue)]),
  );
}

/** A field of a protobuf message: a number, or bytes. */
type Field = [number: number, value: bigint | Uint8Array];

/** Reads the fields of a message (protobuf encoding, wire types 0, 1, 2 and 5). */
function fieldsOf(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    if ((tag & 7) === 0) fields.push([number, varint()]);
    else if ((tag & 7) === 1) {
      fields.push([number, view.getBigUint64(at, true)]);
      at += 8;
    } else if ((tag & 7) === 5) {
      fields.push([number, BigInt(view.getUint32(at, true))]);
      at += 4;
    } else {
      const length = Number(varint());
      fields.push([number, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

const all = (bytes: Uint8Array, number: number): Uint8Array[] =>
  fieldsOf(bytes).flatMap(([one, value]) => (one === number && value instanceof Uint8Array ? [value] : []));
const first = (bytes: Uint8Array, number: number): Uint8Array => all(bytes, number)[0] ?? new Uint8Array();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const int = (bytes: Uint8Array, number: number): bigint => {
  const value = fieldsOf(bytes).find(([one]) => one === number)?.[1];
  return typeof value === "bigint" ? value : 0n;
};

/** The numbers of the fields are those of opentelemetry/proto/trace/v1/trace.proto. */
function decodeProtobuf(bytes: Uint8Array): Decoded {
  const resourceSpans = all(bytes, 1);
  return {
    services: resourceSpans.map((one) => String(protoAttributes(all(first(one, 1), 1))["service.name"])),
    spans: resourceSpans.flatMap((one) => all(one, 2).flatMap((scope) => all(scope, 2).map(protoSpan))),
  };
}

function protoSpan(span: Uint8Array): ReceivedSpan {
  const status = first(span, 15);
  return {
    traceId: first(span, 1).toHex(),
    spanId: first(span, 2).toHex(),
    traceState: text(first(span, 3)),
    parentSpanId: first(span, 4).toHex(),
    name: text(first(span, 5)),
    kind: Number(int(span, 6)),
    startUs: Number(int(span, 7) / 1_000n),
    endUs: Number(int(span, 8) / 1_000n),
    attributes: protoAttributes(all(span, 9)),
    status: { code: Number(int(status, 3)), message: text(first(status, 2)) },
  };
}

function protoAttributes(list: Uint8Array[]): Record<string, string | number> {
  return Object.fromEntries(
    list.map((one) => {
      const value = first(one, 2);
      const isText = fieldsOf(value)[0]?.[0] === 1;
      return [text(first(one, 1)), isText ? text(first(value, 1)) : Number(int(value, 3))];
    }),
  );
}
