import type { HttpSend } from "../../src/domain/http.ts";
import { jsonResponse } from "../conformance/request.ts";

/**
 * A network without a network, for requests whose bodies are sent in pieces.
 * - `/upload` reads a body to its end, and responds with its pieces as texts.
 * - `/lazy` reads one piece for each request to `/next`.
 * - `/got/N` responds once N pieces have arrived at `/upload` since it was last called, with these.
 * - `/aborted` says how many uploads were aborted.
 */
export function uploadingNetwork(): HttpSend {
  let pieces: string[] = [];
  let aborted = 0;
  let nexts = 0;
  const waiting: (() => void)[] = [];
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const changed = () => {
    for (const go of waiting.splice(0)) go();
  };
  return async (request, signal) => {
    const [, kind, argument] = new URL(request.url).pathname.split("/");
    if (kind === "aborted") return jsonResponse(aborted);
    if (kind === "next") {
      nexts += 1;
      changed();
      return jsonResponse(nexts);
    }
    if (kind === "got") {
      await until(() => pieces.length >= Number(argument));
      return jsonResponse(pieces);
    }
    const { upload } = request;
    if (upload === undefined) return jsonResponse(null, { body: request.body ?? new Uint8Array(0) });
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => undefined);
    signal.addEventListener("abort", () => {
      aborted += 1;
      stopped.reject(signal.reason);
    });
    pieces = [];
    const first = nexts;
    for (let count = 0; ; count++) {
      if (kind === "lazy") await Promise.race([until(() => nexts > first + count), stopped.promise]);
      const piece = await Promise.race([upload.read(), stopped.promise]);
      if (piece === undefined) return jsonResponse(pieces);
      pieces.push(new TextDecoder().decode(piece));
      changed();
    }
  };
}
