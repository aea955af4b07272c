import { OPERATION } from "../../host-operations.ts";
import type { Call } from "../fetch-call.ts";
import type { PreparedRequest } from "../request.ts";
import { base, host } from "./base.ts";
import { readDataUrl } from "./data-url.ts";
import { upload } from "./upload.ts";

/** The number of every call that the host never learns of, and that can't fail the task. */
const UNSENT = -1;

/**
 * Returns a call that was not sent, because its signal was aborted before. Like one that is aborted later, it doesn't fail the
 * task if nobody looks at it. What can't be a request at all is an error that comes first.
 * @throws {TypeError} if it has no valid URL
 */
export function abortedCall({ url, method, body }: PreparedRequest, reason: unknown): Call {
  void new URL(url);
  if (typeof body === "object" && !(body instanceof Uint8Array)) upload(body).cancel(reason);
  return { ...base.newCall(method, url, false), index: UNSENT, observed: true, settled: { error: reason } };
}

/** Returns the call of a data: URL, whose response is there at once; undefined for any other URL. @throws {TypeError} for a malformed one */
export function dataCall({ url, method }: PreparedRequest, signal: Call["signal"]): Call | undefined {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "data:") return undefined;
  const href = parsed.href.replace(/#.*/s, "");
  const { mimeType, bytes } = readDataUrl(href);
  const headers: [string, string][] = [["content-type", mimeType]];
  const head = { status: 200, statusText: "OK", url: href, redirected: false, headers };
  const call: Call = { ...base.newCall(method, href, false), index: UNSENT, observed: true, signal, settled: { head } };
  call.source = new LocalBody(call, bytes);
  return call;
}

/** The body of a response that did not come from the host. */
class LocalBody extends base.FetchedBody {
  readonly #content: Uint8Array;

  constructor(call: Call, content: Uint8Array) {
    super(call, false);
    this.#content = content;
  }

  override get isEmpty(): boolean {
    return this.#content.length === 0;
  }

  override text(): string {
    this.check();
    return host(OPERATION.decodeText, this.#content, "utf-8", 0) as string;
  }

  override bytes(): Uint8Array {
    return this.#content.slice();
  }
}
