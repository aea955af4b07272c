import { HttpFailure, type HttpSend } from "../../src/domain/http.ts";
import { jsonResponse } from "../conformance/request.ts";

/** What became of the responses that were streamed. */
interface Seen {
  cancelled: number;
  aborted: number;
  ended: number;
  [name: string]: number;
}

/**
 * A network without a network, whose responses stream. The path says how:
 * - `/gated/a/b` has the pieces `a` and `b`. A piece, and the end, comes after one more request to `/next`.
 * - `/slow/a/b` has the same pieces, each in a turn of the event loop of its own.
 * - `/broken/a/KIND` breaks off after `a` with a failure of that kind.
 * - `/endless` never ends, and `/stuck` never sends anything.
 * - `/seen` says what became of the others.
 */
export function streamedNetwork(): HttpSend {
  const seen: Seen = { cancelled: 0, aborted: 0, ended: 0 };
  let nexts = 0;
  const waiting: (() => void)[] = [];
  const passed = async (gate: number) => {
    while (nexts < gate) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return async (request, signal) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, kind = "", ...pieces] = pathname.split("/");
    if (kind === "next") {
      nexts += 1;
      for (const go of waiting.splice(0)) go();
      return jsonResponse(nexts);
    }
    if (kind === "seen") return jsonResponse({ ...seen });
    const first = nexts;
    let at = 0;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    signal.addEventListener("abort", () => {
      seen.aborted += 1;
      aborted.reject(new HttpFailure("aborted", "the request was aborted"));
    });
    const bytes = Number(searchParams.get("bytes") ?? 65_536);
    const read = async (): Promise<Uint8Array | undefined> => {
      if (kind === "stuck") return aborted.promise;
      at += 1;
      if (kind === "endless") {
        if (at * bytes > (request.maxResponseBytes ?? 0)) throw new HttpFailure("too-large", "it is too large");
        return new Uint8Array(bytes);
      }
      if (kind === "gated") await passed(first + at);
      else await new Promise(setImmediate);
      const piece = pieces[at - 1];
      if (kind === "broken" && at === pieces.length)
        throw new HttpFailure(piece as "network", "the server went away", { code: "ECONNRESET" });
      if (piece !== undefined) return new TextEncoder().encode(decodeURIComponent(piece));
      seen.ended += 1;
      return undefined;
    };
    const type = searchParams.get("type") ?? "text/plain";
    return {
      ...jsonResponse(null, { headers: [["content-type", type]], body: new Uint8Array(0), url: request.url }),
      status: Number(searchParams.get("status") ?? 200),
      stream: {
        read: () => Promise.race([read(), aborted.promise]),
        cancel: () => {
          seen.cancelled += 1;
        },
      },
    };
  };
}
