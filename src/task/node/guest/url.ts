import base from "url/";

/** The legacy functions, from the package that Node.js's were made into. */
const { Url, parse, resolve, resolveObject } = base;

interface FormatOptions {
  auth?: boolean;
  fragment?: boolean;
  search?: boolean;
}

function format(url: unknown, options: FormatOptions = {}): string {
  if (!(url instanceof URL)) return base.format(url);
  const copy = new URL(url);
  if (options.auth === false) [copy.username, copy.password] = ["", ""];
  if (options.fragment === false) copy.hash = "";
  if (options.search === false) copy.search = "";
  return copy.href;
}

function fileURLToPath(from: string | URL): string {
  const { protocol, hostname, pathname } = new URL(from);
  if (protocol !== "file:")
    throw Object.assign(new TypeError("The URL must be of scheme file"), { code: "ERR_INVALID_URL_SCHEME" });
  if (hostname !== "")
    throw Object.assign(new TypeError("File URL host must be empty"), { code: "ERR_INVALID_FILE_URL_HOST" });
  if (/%2f/i.test(pathname)) {
    throw Object.assign(new TypeError("File URL path must not include encoded / characters"), {
      code: "ERR_INVALID_FILE_URL_PATH",
    });
  }
  return decodeURIComponent(pathname);
}

function pathToFileURL(path: string): URL {
  const escaped = path.replace(
    /[%\\\n\r\t?#]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return new URL(`file://${escaped.startsWith("/") ? "" : "/"}${escaped}`);
}

function domainToASCII(domain: string): string {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
}

function urlToHttpOptions(url: URL): Record<string, unknown> {
  const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
  return {
    protocol,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    hash,
    search,
    pathname,
    path: `${pathname}${search}`,
    href,
    ...(port !== "" && { port: Number(port) }),
    ...((username || password) && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  };
}

export default {
  Url,
  parse,
  resolve,
  resolveObject,
  format,
  URL: globalThis.URL,
  URLSearchParams: globalThis.URLSearchParams,
  URLPattern: (globalThis as { URLPattern?: unknown }).URLPattern,
  fileURLToPath,
  pathToFileURL,
  domainToASCII,
  domainToUnicode: (domain: string) => domainToASCII(domain),
  urlToHttpOptions,
};
