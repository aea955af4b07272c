/** The options of http.request that are used here. */
export interface RequestOptions {
  protocol?: string | null;
  host?: string | null;
  hostname?: string | null;
  port?: number | string | null;
  defaultPort?: number;
  path?: string | null;
  method?: string;
  headers?: Record<string, number | string | readonly string[] | undefined> | readonly string[];
  auth?: string;
  agent?: unknown;
  timeout?: number;
  signal?: AbortSignal;
}

/** Node.js's forms of arguments: a URL, options, or both. @returns the URL without the path, which is not changed */
export function requestTarget(
  first: string | URL | RequestOptions,
  second: RequestOptions,
  protocol: string,
): { url: URL; options: RequestOptions } {
  if (typeof first === "string" || first instanceof URL) {
    const url = new URL(first);
    const { hostname, host, port } = second;
    if (hostname ?? host) url.hostname = hostname ?? host ?? "";
    if (port) url.port = String(port);
    return { url, options: second };
  }
  const { hostname, host, port, defaultPort, path } = first;
  const name = hostname ?? host?.replace(/:\d+$/, "") ?? "localhost";
  const bracketed = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  const places = port ?? defaultPort;
  const origin = `${first.protocol ?? protocol}//${bracketed}${places ? `:${places}` : ""}`;
  if (path && / /.test(path))
    throw Object.assign(new TypeError("Request path contains unescaped characters"), {
      code: "ERR_UNESCAPED_CHARACTERS",
    });
  return { url: new URL(`${origin}${path ?? "/"}`), options: first };
}
