import type { Body, ExtractedBody } from "../body.ts";
import { base } from "./base.ts";
import { extract, extractObject, type streamOf } from "./body.ts";
import { isDisturbed } from "./byte-stream.ts";
import { isSafelisted } from "./no-cors-headers.ts";
import type { Headers, RequestState } from "./request-options.ts";

/** Returns the headers of a new request. `source` is the request that it is made of. */
export function initialHeaders(given: unknown, source: RequestState | undefined, mode: string): Headers {
  const inherited = source === undefined ? [] : base.rawEntries(source.headers);
  const entries = given === undefined ? inherited : base.rawEntries(new base.Headers(given));
  const headers = base.makeHeaders(mode === "no-cors" ? [] : entries, false);
  if (mode !== "no-cors") return headers;
  base.restrictHeaders(headers, isSafelisted);
  for (const [name, value] of entries) headers.append(name, value);
  return headers;
}

/** Returns the body of a new request. @throws {TypeError} for one that it can't have */
export function initialBody(
  given: Record<PropertyKey, unknown>,
  source: RequestState | undefined,
  { method, headers }: Pick<RequestState, "method" | "headers">,
): Body | null {
  const content = given.body;
  const isGiven = content !== undefined && content !== null;
  const inherited = content === null ? null : (source?.body ?? null);
  if ((isGiven || inherited !== null) && (method === "GET" || method === "HEAD")) {
    throw new TypeError(`a ${method} request can't have a body`);
  }
  if (!isGiven) return inherited === null ? null : takeBody(inherited);
  const { body, type } = extract(content);
  checkDuplex(body, given.duplex);
  if (type !== null && !headers.has("content-type")) headers.append("content-type", type);
  return body;
}

/** Returns the body of a call of fetch whose first argument is not a Request; undefined if it is an object that has no rule. */
export function extractSent(content: object, duplex: unknown): ExtractedBody | undefined {
  const extracted = extractObject(content);
  if (extracted !== undefined) checkDuplex(extracted.body, duplex);
  return extracted;
}

function checkDuplex({ stream }: Body, duplex: unknown): void {
  if (stream === undefined || duplex !== undefined) return;
  throw new TypeError('a request whose body is a stream needs the option duplex: "half"');
}

/** Takes a body out of a request, which then counts as read. */
function takeBody(body: Body): Body {
  if (isUnusable(body)) throw new TypeError("the body of the request was read before");
  const taken = { ...body };
  if (body.stream !== undefined) {
    // The new request reads through it, so the old stream is locked and was read.
    taken.stream = passOn(body.stream as ReturnType<typeof streamOf>);
    taken.source = undefined;
  }
  body.used = true;
  return taken;
}

function passOn(stream: ReturnType<typeof streamOf>): ReturnType<typeof streamOf> {
  const reader = stream.getReader();
  return new (stream.constructor as new (source: object, strategy: object) => ReturnType<typeof streamOf>)(
    {
      type: "bytes",
      async pull(controller: {
        enqueue(chunk: unknown): void;
        close(): void;
        byobRequest: { respond(n: number): void } | null;
      }) {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: (reason: unknown) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Was a body read, or did someone begin to? */
export function isUsed(body: Body): boolean {
  return body.used || (body.stream !== undefined && isDisturbed(body.stream));
}

/** Can a body not be read any more? */
export function isUnusable(body: Body): boolean {
  return isUsed(body) || (body.stream as { locked: boolean } | undefined)?.locked === true;
}
