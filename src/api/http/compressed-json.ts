import { gzipSync } from "node:zlib";
import { jsonParts } from "../../domain/raw-json.ts";
import { readText } from "../../domain/shared-text.ts";
import { acceptsCoding } from "./accepts-coding.ts";
import { json } from "./responses.ts";

/** Shorter texts gain little, and longer ones would hold up the server. Characters. */
const SHORTEST = 1_000;
const LONGEST = 512 * 1024;

/**
 * Creates a JSON response that is compressed if the client accepts that. It is for what the dashboard loads first: lists
 * of numbers and of similar errors become ten times as short.
 */
export function compressedJson(value: unknown, request: Request): Response {
  if (!acceptsCoding(request, "gzip")) return json(value, 200, { vary: "accept-encoding" });
  const text = jsonParts(value).map(readText).join("");
  if (text.length < SHORTEST || text.length > LONGEST) return json(value, 200, { vary: "accept-encoding" });
  return new Response(gzipSync(text, { level: 4 }), {
    headers: {
      "content-type": "application/json",
      "content-encoding": "gzip",
      "cache-control": "no-store",
      vary: "accept-encoding",
    },
  });
}
