import type { DurableError, DurableRequest } from "../domain/durable.ts";

/** What the journal has of a request: the request itself, and what the host has added to it. */
interface StoredRequest {
  request: DurableRequest;
  /** Items of a map that were not started, by their index. */
  refused?: Record<string, DurableError>;
}

/** Returns the JSON text for the journal. */
export function requestText(request: DurableRequest, refused: Record<string, DurableError> = {}): string {
  const stored: StoredRequest = Object.keys(refused).length === 0 ? { request } : { request, refused };
  return JSON.stringify(stored);
}

/** Reads what {@link requestText} has written. */
export function readRequest(text: string): Required<StoredRequest> {
  const { request, refused = {} } = JSON.parse(text) as StoredRequest;
  return { request, refused };
}
