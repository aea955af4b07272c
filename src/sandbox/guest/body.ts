import type { FetchedBody } from "./fetched-body.ts";
import { isPartLoaded, usePart } from "./parts.ts";

/** The body of a request or a response: https://fetch.spec.whatwg.org/#concept-body */
export interface Body {
  /** Where its bytes come from; undefined if they come only from the stream. */
  source: FetchedBody | Uint8Array | string | undefined;
  /** The stream, once there is one. */
  stream: object | undefined;
  /** It was read without a stream. */
  used: boolean;
}

/** What a body can be read as. */
export type BodyKind = "text" | "json" | "bytes" | "arrayBuffer" | "blob" | "formData";

/** What a response is made of: https://fetch.spec.whatwg.org/#concept-response */
export interface ResponseState {
  type: "basic" | "default" | "error";
  url: string;
  redirected: boolean;
  status: number;
  statusText: string;
  headers: [name: string, value: string][];
  /** The headers can't be changed. */
  immutable: boolean;
  body: Body | null;
}

/** A body that was given for a request or a response, with the content type that belongs to it. */
export interface ExtractedBody {
  body: Body;
  type: string | null;
}

/** A Request in the form in which fetch sends it. */
export interface RequestParts {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  redirect: string;
  body: Body | null;
  signal: unknown;
}

/** A body that is sent in pieces. */
export interface Upload {
  /** Returns the next piece, of at most 64 KiB; undefined at the end. @throws {TypeError} for a chunk that is not bytes; what the stream fails with */
  next(): Promise<Uint8Array | undefined>;
  /** Gives up what was not sent. */
  cancel(reason: unknown): void;
}

/** What the part "bodies" provides to the parts of the guest API that are always there. */
export interface BodiesPart {
  /** @throws {TypeError} RangeError */
  newResponse(body: unknown, init: unknown): ResponseState;
  jsonResponse(given: readonly unknown[]): ResponseState;
  redirectResponse(given: readonly unknown[]): ResponseState;
  /** Reads a body in any form. `type` is its content type. */
  consume(body: Body | null, kind: BodyKind, type: string): Promise<unknown>;
  /** Returns the stream of a body. */
  streamOf(body: Body): object;
  /** Was a stream read or cancelled? */
  isDisturbed(stream: object): boolean;
  isLocked(stream: object): boolean;
  /** Returns a second body with the same content. Both may be streams afterwards. */
  cloneBody(body: Body): Body;
  /** Returns the body that a Blob, a FormData or a stream is; undefined for anything else. @throws {TypeError} for a stream without the option `duplex` */
  extractSent(content: object, duplex: unknown): ExtractedBody | undefined;
  /** Returns the content of a request, or undefined for anything that is not a Request. It takes the body out of the request. */
  takeRequest(input: unknown, init: unknown): RequestParts | undefined;
  /** Checks the options of a call whose first argument is not a Request. @throws {TypeError} for those that a Request can't have */
  checkOptions(options: object): void;
  /** Returns a copy of a Blob or a File; undefined for anything else. */
  cloneBlob(value: object): object | undefined;
  /** Takes the content of a body, to be sent in pieces. */
  upload(body: Body): Upload;
}

/** Loads the part of the guest API that has Blob, FormData and Request, and knows all forms of bodies. */
export function bodiesPart(): BodiesPart {
  return usePart("bodies") as BodiesPart;
}

/** Returns the same if a Blob, FormData, Request or stream can exist. If it returns undefined, none does. */
export function bodiesPartIfNeeded(): BodiesPart | undefined {
  return isPartLoaded("bodies") || isPartLoaded("streams") ? bodiesPart() : undefined;
}

/** Was a body read, or did someone begin to? */
export function isUsed(body: Body): boolean {
  return body.used || (body.stream !== undefined && bodiesPart().isDisturbed(body.stream));
}

/** Can a body not be read any more, because it was read or its stream has a reader? */
export function isUnusable(body: Body): boolean {
  return isUsed(body) || (body.stream !== undefined && bodiesPart().isLocked(body.stream));
}
