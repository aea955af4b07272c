import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import graphiqlFile from "../../../dist/generated/graphiql.html.br" with { type: "file" };
import scriptHashesFile from "../../../dist/generated/graphiql-scripts.txt.br" with { type: "file" };
import styleFile from "../../../dist/generated/swagger-ui.css.br" with { type: "file" };
import scriptFile from "../../../dist/generated/swagger-ui.js.br" with { type: "file" };
import { acceptsCoding } from "../http/accepts-coding.ts";

const FILES = {
  graphiql: { path: graphiqlFile, type: "text/html; charset=utf-8" },
  style: { path: styleFile, type: "text/css; charset=utf-8" },
  script: { path: scriptFile, type: "text/javascript; charset=utf-8" },
} as const;

/** An embedded file by name. */
export type AssetName = keyof typeof FILES;

/** Returns the sources that allow GraphiQL's own scripts in a Content-Security-Policy. */
export function graphiqlScripts(): string {
  return brotliDecompressSync(readFileSync(scriptHashesFile)).toString();
}

/**
 * Responds with an embedded file, compressed if the client accepts that, or with 304 if the client has it. The file is
 * read each time, because pages are requested rarely and need not stay in memory.
 */
export function assetResponse(name: AssetName, request: Request, headers: Readonly<Record<string, string>>): Response {
  const { path, type } = FILES[name];
  const bytes = readFileSync(path);
  const etag = `"${Bun.hash(bytes).toString(36)}"`;
  const common = { "content-type": type, "cache-control": "no-cache", vary: "accept-encoding", etag, ...headers };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: common });
  if (acceptsCoding(request, "br")) {
    return new Response(bytes, { headers: { ...common, "content-encoding": "br" } });
  }
  // Browsers accept brotli over TLS and from this machine only.
  const content = brotliDecompressSync(bytes);
  if (!acceptsCoding(request, "gzip")) return new Response(content, { headers: common });
  return new Response(Bun.gzipSync(content), { headers: { ...common, "content-encoding": "gzip" } });
}
