import { RatchetError } from "../../domain/errors.ts";
import type { Clock } from "../../lib/clock.ts";
import { findJsonFault, linePosition } from "../../lib/json-text.ts";
import type { BodyLease } from "./body-memory.ts";
import { Refusal } from "./refusal.ts";

/** Deepest nesting of JSON that is sent: what reads it further recurses, so it has to have an end. */
export const MAX_BODY_DEPTH = 200;

/** Limits on request bodies. */
export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
  clock: Clock;
}

/**
 * The text of a request's body; undefined when it has none.
 * @param memory is told of what is read, before it is
 * @throws {Refusal} too large, too slow, compressed, cut short, too much at once
 * @throws {RatchetError} INVALID_JSON when it is not UTF-8
 */
export async function readText(request: Request, limits: BodyLimits, memory: BodyLease): Promise<string | undefined> {
  const { headers } = request;
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) > limits.maxBytes) throw tooLarge(Number(declared), limits.maxBytes);
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new Refusal(415, "UNSUPPORTED_CONTENT_ENCODING", "Compressed bodies are not taken.", "Send it uncompressed.");
  }
  if (request.body === null) return undefined;
  if (declared !== null) memory.take(Number(declared));
  const reading = declared === null ? collect(request.body, limits.maxBytes, memory) : whole(request);
  const bytes = await inTime(reading, limits);
  if (bytes.byteLength === 0) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new RatchetError("INVALID_JSON", "The body is not valid UTF-8.", { cause, remedy: "Send JSON in UTF-8." });
  }
}

/** The value of JSON that was sent. @throws {RatchetError} INVALID_JSON with line and column */
export function parseJson(text: string): unknown {
  const tooDeep = text.length > MAX_BODY_DEPTH && isDeeper(text, MAX_BODY_DEPTH);
  try {
    if (!tooDeep) return JSON.parse(text);
  } catch {
    // Said better below.
  }
  const fault = findJsonFault(text, MAX_BODY_DEPTH);
  const place = fault === undefined ? undefined : linePosition(text, fault.offset);
  const where = place === undefined ? "" : ` at line ${place.line}, column ${place.column}`;
  throw new RatchetError("INVALID_JSON", `The JSON is not valid${where}: ${fault?.message ?? "it can't be read"}.`, {
    ...(place === undefined ? {} : { data: { ...place } }),
    remedy: "Correct the JSON at this place.",
  });
}

function tooLarge(bytes: number | undefined, maxBytes: number): Refusal {
  const size = bytes === undefined ? "more" : `${bytes} bytes`;
  return new Refusal(
    413,
    "BODY_TOO_LARGE",
    `The body has ${size}; the limit is ${maxBytes} bytes.`,
    "Send less at once, or raise server.max_body_size.",
    // What is still on its way is not wanted.
    { connection: "close" },
  );
}

async function whole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch {
    throw cutShort();
  }
}

const cutShort = (): Refusal => new Refusal(400, "BODY_CUT_SHORT", "The connection ended before the body did.");

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number, memory: BodyLease): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(undefined, maxBytes);
      memory.take(chunk.byteLength);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw cutShort();
  }
  return Buffer.concat(chunks, size);
}

function inTime<T>(work: Promise<T>, { clock, timeoutMs }: BodyLimits): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => {
      const message = `The body did not arrive within ${timeoutMs} ms.`;
      reject(new Refusal(408, "BODY_TOO_SLOW", message, undefined, { connection: "close" }));
    });
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** Whether brackets outside texts nest deeper than a limit; of text that is no JSON it may say anything. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 34: // "
        for (at++; at < text.length && text.charCodeAt(at) !== 34; at++) if (text.charCodeAt(at) === 92) at++;
        break;
      case 91: // [
      case 123: // {
        if (++depth > limit) return true;
        break;
      case 93: // ]
      case 125: // }
        depth--;
    }
  }
  return false;
}
