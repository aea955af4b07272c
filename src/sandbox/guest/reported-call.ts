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
}

/** Why there is no response. `code` becomes `error.cause.code`. */
export interface FetchFailure {
  failure: string;
  message: string;
  code?: string;
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
