import type * as blobs from "../bodies/blob.ts";
import type * as kinds from "../messages/event-kinds.ts";
import { bridge } from "../part-bridge.ts";
import type { FetchFailure } from "../reported-call.ts";
import { base } from "./base.ts";

/** How a WebSocket has ended, as the host reports it. */
export interface Ending {
  code: number;
  reason: string;
  wasClean: boolean;
}

/** Why a WebSocket failed, as the host reports it. */
export interface Failure {
  problem: string;
  /** Why the handshake failed, as with fetch. */
  report?: FetchFailure;
}

type Blob = blobs.Blob;

const events = () => bridge.usePart("messages") as typeof kinds;
const bodies = () => bridge.usePart("bodies") as typeof blobs;

/** Is a value a Blob? Nothing is before the part that has them is loaded. */
export function isBlob(value: unknown): value is Blob {
  return base.isPartLoaded("bodies") && bodies().isBlob(value);
}

/** Returns the bytes of a Blob. */
export function blobBytes(blob: Blob): Uint8Array {
  return bodies().blobBytes(blob);
}

/** Creates a Blob. */
export function makeBlob(bytes: Uint8Array, type: string): Blob {
  return bodies().makeBlob(bytes, type);
}

export function newMessageEvent(data: unknown, origin: string): kinds.MessageEvent {
  const { MessageEvent } = events();
  return new MessageEvent("message", { __proto__: null, data, origin });
}

export function newCloseEvent({ code, reason, wasClean }: Ending): kinds.CloseEvent {
  const { CloseEvent } = events();
  return new CloseEvent("close", { __proto__: null, code, reason, wasClean });
}

/** Creates the event of a failure. Its message and its error say what the standard's event does not. */
export function newErrorEvent({ problem, report }: Failure, url: string): kinds.ErrorEvent {
  const { ErrorEvent } = events();
  const error = base.failureError({ method: "WebSocket", url }, report ?? { failure: "network", message: problem });
  const { message } = error as Error;
  return new ErrorEvent("error", { __proto__: null, message, error });
}
