import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, deflateSync } from "node:zlib";

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Headers;
  body: string;
  /** Port of the client's end: equal for requests on one connection. */
  clientPort: number;
}

/** A server on loopback with the routes of {@link answer}. */
export interface TestServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  port: number;
  /** Every request so far, in order of arrival. */
  seen: SeenRequest[];
  /** Resolves when the next request to a path was given up by its client. */
  nextAbort(path: string): Promise<void>;
  /** Resolves when a request to a path has arrived. */
  nextArrival(path: string): Promise<void>;
  stop(): Promise<void>;
}

/** A certificate of tests/support/tls, all signed by its `authority`, and the key to it. Worthless outside tests. */
export function testCertificate(name: "service" | "other" | "expired"): { cert: string; key: string } {
  return { cert: pem(`${name}.crt`), key: pem(`${name}.key`) };
}

/** Path of the authority that signed the test certificates. */
export const TEST_AUTHORITY_FILE: string = join(import.meta.dir, "tls", "authority.crt.pem");

function pem(name: string): string {
  return readFileSync(join(import.meta.dir, "tls", `${name}.pem`), "utf8");
}

/** Starts a server on a free port of a loopback address. */
export function startTestServer(
  options: {
    /** @default "127.0.0.1" */
    hostname?: string;
    /** @default any free port */
    port?: number;
    /** Names whose certificate is served (by SNI); none is plain HTTP. */
    certificates?: ("service" | "other" | "expired")[];
  } = {},
): TestServer {
  const seen: SeenRequest[] = [];
  const aborts = new Signals();
  const arrivals = new Signals();
  const tls = options.certificates?.map((name) => ({
    ...testCertificate(name),
    ...(options.certificates !== undefined && options.certificates.length > 1 && { serverName: `${name}.test` }),
  }));
  const server = Bun.serve({
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? 0,
    idleTimeout: 0,
    ...(tls && { tls }),
    async fetch(request, self) {
      const url = new URL(request.url);
      seen.push({
        method: request.method,
        target: url.pathname + url.search,
        headers: new Headers(request.headers),
        body: await request.clone().text(),
        clientPort: self.requestIP(request)?.port ?? 0,
      });
      request.signal.addEventListener("abort", () => aborts.fire(url.pathname));
      arrivals.fire(url.pathname);
      return answer(request, url);
    },
  });
  const { hostname = "127.0.0.1", port = 0 } = server;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}:${port}`,
    port,
    seen,
    nextAbort: (path) => aborts.next(path),
    nextArrival: (path) => arrivals.next(path),
    stop: () => server.stop(true),
  };
}

/**
 * - `/status/N[?reason]` that status; `/json` a small object; `/text` a small text
 * - `/echo` what was sent, as JSON `{method, target, headers, body}`
 * - `/redirect/N?to=URL&status=S` N redirects, then to `to` (default `/echo`)
 * - `/delay/MS` answers after that; `/hang` never; `/drip?n=N&ms=MS` N bytes, one every MS
 * - `/bytes/N` that many bytes `x`; `/endless` bytes without end
 * - `/encoded/CODING?n=N` N bytes `x`, encoded (`gzip`, `deflate`, `deflate-raw`, `br`, `zstd`, `gzip,br`), `&cut=K`
 *   without the last K encoded bytes
 * - `/cookies` two Set-Cookie lines
 */
async function answer(request: Request, url: URL): Promise<Response> {
  const [, route = "", argument = ""] = url.pathname.split("/");
  const query = url.searchParams;
  switch (route) {
    case "status":
      return new Response(`status ${argument}`, { status: Number(argument) });
    case "json":
      return Response.json({ hello: "world", list: [1, 2, 3] });
    case "text":
      return new Response("hello");
    case "echo": {
      const headers = Object.fromEntries(request.headers);
      const body = await request.text();
      return Response.json({ method: request.method, target: url.pathname + url.search, headers, body });
    }
    case "redirect": {
      const left = Number(argument);
      const to = query.get("to") ?? "/echo";
      const status = Number(query.get("status") ?? 302);
      const location = left <= 1 ? to : `/redirect/${left - 1}${url.search}`;
      return new Response(null, { status, headers: { Location: location } });
    }
    case "delay":
      await Bun.sleep(Number(argument));
      return new Response(`after ${argument} ms`);
    case "hang":
      return new Promise<Response>(() => undefined);
    case "drip":
      return new Response(drip(Number(query.get("n")), Number(query.get("ms"))));
    case "bytes":
      return new Response("x".repeat(Number(argument)));
    case "endless":
      return new Response(drip(Number.POSITIVE_INFINITY, 0, 64 * 1024));
    case "encoded": {
      const encoded = encode("x".repeat(Number(query.get("n"))), argument);
      const body = encoded.subarray(0, encoded.byteLength - Number(query.get("cut") ?? 0));
      return new Response(body, { headers: { "Content-Encoding": argument.replace("-raw", "") } });
    }
    case "cookies": {
      const headers = new Headers({ "Content-Type": "text/plain" });
      headers.append("Set-Cookie", "a=1; Path=/");
      headers.append("Set-Cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
      return new Response("two cookies", { headers });
    }
    default:
      return new Response("no such route", { status: 404 });
  }
}

function encode(text: string, codings: string): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> = new TextEncoder().encode(text);
  for (const coding of codings.split(",")) {
    if (coding === "gzip") bytes = Bun.gzipSync(bytes);
    else if (coding === "deflate") bytes = new Uint8Array(deflateSync(bytes));
    else if (coding === "deflate-raw") bytes = Bun.deflateSync(bytes);
    else if (coding === "br") bytes = new Uint8Array(brotliCompressSync(bytes));
    else if (coding === "zstd") bytes = new Uint8Array(Bun.zstdCompressSync(bytes));
  }
  return bytes;
}

function drip(count: number, everyMs: number, size = 1): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent++ >= count) return controller.close();
      controller.enqueue(new Uint8Array(size).fill(120));
      await Bun.sleep(everyMs);
    },
  });
}

/** Waiting for things that happen to a path. */
class Signals {
  readonly #waiting = new Map<string, (() => void)[]>();

  next(path: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(path, [...(this.#waiting.get(path) ?? []), resolve]);
    return promise;
  }

  fire(path: string): void {
    for (const resolve of this.#waiting.get(path) ?? []) resolve();
    this.#waiting.delete(path);
  }
}
