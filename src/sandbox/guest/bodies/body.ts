import { OPERATION } from "../../host-operations.ts";
import type { Body, BodyKind, ExtractedBody } from "../body.ts";
import { toUsvString } from "../pairs.ts";
import { bridge } from "../part-bridge.ts";
import { copyBytes, isBufferSource, isObjectOrFunction } from "../webidl.ts";
import { base, host } from "./base.ts";
import { blobBytes, isBlob, joinBytes, makeBlob } from "./blob.ts";
import {
  arrivingStream,
  isByteStream,
  isDisturbed,
  isStream,
  lazyByteStream,
  readableStream,
  readInto,
} from "./byte-stream.ts";
import { FormData, formEntries, isFormData } from "./form-data.ts";
import { formatMimeType, parseMimeType } from "./mime-type.ts";
import { encodeMultipart, makeBoundary, parseMultipart } from "./multipart.ts";

type Stream = Parameters<typeof readInto>[0];

const FORM = "application/x-www-form-urlencoded";

/** https://fetch.spec.whatwg.org/#concept-bodyinit-extract, for what is not an object that has its own rule: text. */
export function extract(content: unknown): ExtractedBody {
  if (isObjectOrFunction(content)) {
    const extracted = extractObject(content);
    if (extracted !== undefined) return extracted;
  }
  return { body: bodyOf(toUsvString(content, "the body")), type: "text/plain;charset=UTF-8" };
}

/** The same for objects. Returns undefined for one that has no rule. @throws {TypeError} for a stream that was read or has a reader */
export function extractObject(content: object): ExtractedBody | undefined {
  if (isBlob(content)) return { body: bodyOf(blobBytes(content)), type: content.type === "" ? null : content.type };
  if (isBufferSource(content)) return { body: bodyOf(copyBytes(content, "the body")), type: null };
  if (isFormData(content)) {
    const boundary = makeBoundary();
    return { body: bodyOf(encodeMultipart(content, boundary)), type: `multipart/form-data; boundary=${boundary}` };
  }
  if (base.isSearchParams(content)) {
    return { body: bodyOf(base.formOf(base.paramPairs(content))), type: `${FORM};charset=UTF-8` };
  }
  if (!isStream(content)) return undefined;
  if (isDisturbed(content) || content.locked) throw new TypeError("the stream was read before, or has a reader");
  return { body: { source: undefined, stream: content, used: false }, type: null };
}

function bodyOf(source: Uint8Array | string): Body {
  return { source, stream: undefined, used: false };
}

/** Returns the stream of a body. If the body was read without a stream, the stream is one that was read. */
export function streamOf(body: Body): Stream {
  if (body.stream !== undefined) return body.stream as Stream;
  const { source } = body;
  const reads = source instanceof base.FetchedBody ? source.reads : undefined;
  const isLost = source instanceof base.FetchedBody && !source.isEmpty && !body.used; // if the signal is aborted
  const signal = isLost ? source.signal : undefined;
  const stream = reads === undefined ? lazyByteStream(() => sourceBytes(body), signal) : arrivingStream(reads);
  if (body.used) void readInto(stream, []).catch(() => undefined);
  body.stream = stream;
  return stream;
}

function sourceBytes({ source }: Body): Uint8Array {
  if (typeof source === "string") return base.encodeUtf8(source);
  if (source instanceof base.FetchedBody) return source.bytes(true);
  return source ?? new Uint8Array(0);
}

/** Holds bytes that no promise is resolved with. */
interface Held {
  bytes: Uint8Array;
}

/**
 * Collects all bytes of a body. They must not be changed unless the body came from a stream. They pass through no promise,
 * because a task can define `then` for all objects.
 */
async function collectInto(body: Body, held: Held): Promise<void> {
  if (body.stream !== undefined) {
    const chunks: Uint8Array[] = [];
    await readInto(body.stream as Stream, chunks);
    held.bytes = joinBytes(chunks);
    return;
  }
  body.used = true;
  if (body.source instanceof base.FetchedBody) await body.source.whole();
  held.bytes = sourceBytes(body);
}

/** Returns a second body with the same content. https://fetch.spec.whatwg.org/#concept-body-clone */
export function cloneBody(body: Body): Body {
  if (body.source instanceof base.FetchedBody && body.source.reads !== undefined) streamOf(body);
  if (body.stream === undefined) return { source: body.source, stream: undefined, used: false };
  const [one, other] = (body.stream as Stream).tee();
  body.stream = one;
  return { source: undefined, stream: copyingStream(other), used: false };
}

/** Passes on copies of the chunks, because a clone shares nothing. A chunk that can't be copied breaks the stream. */
function copyingStream(stream: Stream): Stream {
  if (isByteStream(stream)) return stream; // its second branch has copies already
  const reader = stream.getReader();
  const { structuredClone } = bridge.usePart("messages") as { structuredClone(value: unknown): unknown };
  const source = {
    async pull(controller: { enqueue(chunk: unknown): void; close(): void }) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(structuredClone(value));
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
  return new (readableStream())(source, { highWaterMark: 0 });
}

/** https://fetch.spec.whatwg.org/#concept-body-consume-body. @param type the content type */
export async function consume(body: Body | null, kind: BodyKind, type: string): Promise<unknown> {
  const held: Held = { bytes: new Uint8Array(0) };
  if (body !== null) await collectInto(body, held);
  const { bytes } = held;
  switch (kind) {
    case "text":
      return decodeUtf8(bytes);
    case "json":
      return JSON.parse(decodeUtf8(bytes));
    case "bytes":
      return bytes.slice();
    case "arrayBuffer":
      return bytes.slice().buffer;
    case "blob": {
      const mime = parseMimeType(type);
      return makeBlob(bytes, mime === undefined ? "" : formatMimeType(mime));
    }
    case "formData":
      return parseForm(bytes, type);
  }
}

function parseForm(bytes: Uint8Array, type: string): FormData {
  const mime = parseMimeType(type);
  const boundary = mime?.parameters.get("boundary");
  if (mime?.essence === "multipart/form-data" && boundary !== undefined) return parseMultipart(bytes, boundary);
  if (mime?.essence !== FORM) throw new TypeError(`a body of the type "${type.slice(0, 100)}" can't be read as a form`);
  const data = new FormData();
  for (const entry of base.parseQuery(decodeUtf8(bytes, true))) formEntries(data).push(entry);
  return data;
}

function decodeUtf8(bytes: Uint8Array, keepBom = false): string {
  return host(OPERATION.decodeText, bytes, "utf-8", keepBom ? 2 : 0) as string;
}
