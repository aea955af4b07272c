import type { GuestErrorType } from "../../domain/guest-errors.ts";
import type { AbortSignal } from "./abort.ts";

/** The head of a response, as reported by the host. */
export interface ResponseHead {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [string, string][];
  /** The body has not arrived as a whole. */
  open?: boolean;
  /** How often the request was sent, if that was more than once. */
  attempts?: number;
}

/** Why there is no response. `code` becomes `error.cause.code`, and `failureCode` becomes `error.code`. */
export interface FetchFailure {
  failure: string;
  /** The type of the error. @default follows from `failure` */
  type?: GuestErrorType | undefined;
  message: string;
  code?: string | undefined;
  failureCode?: string | undefined;
  attempts?: number | undefined;
  retryAfterMs?: number | undefined;
}

/** What messages say about a call. */
export interface CallFacts {
  method: string;
  url: string;
}

/** What a body knows of its call. */
export interface FetchedCall extends CallFacts {
  index: number;
  /** What can abort the body while it is read. */
  signal: AbortSignal | undefined;
  /** Stops listening to the call's signal. */
  unlisten: (() => void) | undefined;
}
