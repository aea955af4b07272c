import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { TraceExportSettings } from "../../domain/trace-export.ts";

/** How an export ended. `retry`: the same one may succeed after so many ms, or after the usual pause. */
export type SendResult =
  | { kind: "sent" }
  | { kind: "refused"; problem: string }
  | { kind: "retry"; problem: string; afterMs?: number };

/** Sends spans once. It never rejects. */
export type SendSpans = (spans: ReadableSpan[]) => Promise<SendResult>;

/** Statuses that ask for the same request again (OTLP specification, "Retryable response codes"). */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Creates the function that sends spans, and loads what it needs of OpenTelemetry. */
export async function createSendSpans(settings: TraceExportSettings): Promise<SendSpans> {
  const { JsonTraceSerializer, ProtobufTraceSerializer } = await import("@opentelemetry/otlp-transformer");
  const isJson = settings.protocol === "http/json";
  const serializer = isJson ? JsonTraceSerializer : ProtobufTraceSerializer;
  const headers = {
    "user-agent": `ratchet/${settings.serviceVersion}`,
    ...settings.headers,
    "content-type": isJson ? "application/json" : "application/x-protobuf",
  };
  return async (spans) => {
    const body = serializer.serializeRequest(spans);
    if (body === undefined) return { kind: "refused", problem: "the spans could not be written" };
    const signal = AbortSignal.timeout(settings.timeoutMs);
    let response: Response;
    try {
      const init = { method: "POST", headers, body: new Uint8Array(body), signal, redirect: "manual" } as const;
      response = await fetch(settings.url, init);
    } catch (error) {
      return { kind: "retry", problem: error instanceof Error ? error.message : String(error) };
    }
    await passOver(response);
    return resultOf(response);
  };
}

/** The most that is read of a response, so that its connection can be used again, bytes. */
const MOST_READ = 64 * 1024;

/** Reads a body that means nothing. Whether it ends does not matter: the status has decided already. */
async function passOver({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  let bytes = 0;
  try {
    while (reader !== undefined && bytes < MOST_READ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
    await reader?.cancel();
  } catch {
    // The time limit has ended it.
  }
}

function resultOf({ ok, status, headers }: Response): SendResult {
  if (ok) return { kind: "sent" };
  const problem = `the response was ${status}`;
  if (!RETRYABLE.has(status)) return { kind: "refused", problem };
  const afterMs = retryAfter(headers.get("retry-after"));
  return afterMs === undefined ? { kind: "retry", problem } : { kind: "retry", problem, afterMs };
}

/** Reads Retry-After: seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
