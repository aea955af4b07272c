import type { HttpSend } from "../../src/domain/http.ts";
import { jsonResponse } from "../conformance/request.ts";

/** What one connection to `/events` gets: its status, its type, and the pieces of its stream, which ends or stays open. */
export interface EventConnection {
  status?: number;
  type?: string;
  pieces?: readonly (string | Uint8Array)[];
  stays?: boolean;
}

/**
 * A network without a network that serves event streams: each connection to `/events` gets the next of the given ones, starting
 * again after `/reset`, and `/requests` lists the ids and headers with which they were asked for.
 */
export function eventNetwork(...connections: readonly EventConnection[]): HttpSend {
  let requests: Record<string, string>[] = [];
  return async (request, signal) => {
    const path = new URL(request.url).pathname;
    if (path === "/requests") return jsonResponse(requests);
    if (path === "/reset") {
      requests = [];
      return jsonResponse(null);
    }
    const { status = 200, type = "text/event-stream", pieces = [], stays = false } = connections[requests.length] ?? {};
    requests.push(Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])));
    const left = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
    aborted.catch(() => undefined);
    return {
      ...jsonResponse(null, { headers: [["content-type", type]], body: new Uint8Array(0), url: request.url }),
      status,
      stream: {
        read: async () => left.shift() ?? (stays ? aborted : undefined),
        cancel: () => undefined,
      },
    };
  };
}
