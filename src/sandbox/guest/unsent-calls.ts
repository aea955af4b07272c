import type { Call } from "./fetch-call.ts";
import type { PreparedRequest } from "./request.ts";

/** What the part "bodies" provides to fetch: the calls that the host never learns of. */
export interface UnsentCalls {
  /** Returns a call that was not sent, because its signal was aborted before. @throws {TypeError} if it has no valid URL */
  abortedCall(prepared: PreparedRequest, reason: unknown): Call;
  /** Returns the call of a data: URL; undefined for any other. @throws {TypeError} for a malformed one */
  dataCall(prepared: PreparedRequest, signal: Call["signal"]): Call | undefined;
}
