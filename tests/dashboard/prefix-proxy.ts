/** A proxy that serves another server under a path, as nginx and its like are set up to do. */
export interface PrefixProxy extends AsyncDisposable {
  /** The address of the other server's `/`, without the slash at the end. */
  base: string;
}

/** Starts a proxy that strips a prefix and says so in `X-Forwarded-Prefix`. Everything outside the prefix is 404. */
export function startPrefixProxy(target: string, prefix: string): PrefixProxy {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (!pathname.startsWith(`${prefix}/`)) return new Response("outside of the prefix", { status: 404 });
      const headers = new Headers(request.headers);
      headers.set("x-forwarded-prefix", prefix);
      const { method, signal } = request;
      const response = await fetch(`${target}${pathname.slice(prefix.length)}${search}`, {
        method,
        headers,
        signal,
        body: method === "GET" ? null : await request.arrayBuffer(),
        redirect: "manual",
        decompress: false,
      });
      return new Response(response.body, response);
    },
  });
  return {
    base: `${server.url.origin}${prefix}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
