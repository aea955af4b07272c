import type { FetchedResponse } from "../../engine/engine-request.ts";
import type { GuestUpload } from "./guest-upload.ts";
import type { OpenBody } from "./open-body.ts";

/** The memory of a body with at least this many bytes is freed at once. */
const WORTH_FREEING = 64 * 1024;

type Head = Omit<FetchedResponse, "body" | "stream" | "timing">;

/** One fetch of a guest, as far as it has come. */
export interface GuestFetch {
  abort: AbortController;
  /** The execution ends without waiting for the call. */
  isBackground: boolean;
  /** The response's head or the failure as JSON, once the call has ended. */
  report: string | undefined;
  head: Head | undefined;
  /** Undefined before the body has arrived, and once the guest has it. */
  body: Uint8Array | undefined;
  /** The body, if it has not arrived as a whole. */
  open: OpenBody | undefined;
  /** The request's body, if the guest sends it in pieces. */
  upload: GuestUpload | undefined;
  /** The body could not be read to its end. */
  isBroken: boolean;
  /** The guest waits for a piece of the body, or for all of it. */
  isRead: boolean;
  /** Resolves when all of an open body has arrived, or failed to. */
  collected: Promise<void> | undefined;
  ended: Promise<void> | undefined;
}

/** A fetch that was just sent. */
export const NEW_FETCH: Omit<GuestFetch, "abort" | "isBackground"> = {
  report: undefined,
  head: undefined,
  body: undefined,
  open: undefined,
  upload: undefined,
  isBroken: false,
  isRead: false,
  collected: undefined,
  ended: undefined,
};

/** Frees the memory of a large body now: garbage of this size would pile up before it is collected. */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (whole && byteLength >= WORTH_FREEING) buffer.transfer(0);
}
