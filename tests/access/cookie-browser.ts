/** A page as a browser without scripts sees it. */
export interface Page {
  url: URL;
  status: number;
  text: string;
}

/** Follows redirects and keeps cookies, by host and path, as a browser does. */
export interface CookieBrowser {
  /** @param stopAt a prefix of a URL that is not requested: the redirect there is the result, with status 0 */
  open(url: string, options?: { form?: Record<string, string>; stopAt?: string }): Promise<Page>;
  cookies(url: string): Record<string, string>;
  /** Every URL of a redirect, in order. */
  readonly visited: readonly string[];
  /** The raw Set-Cookie lines, in order. */
  readonly setCookies: readonly string[];
}

interface Cookie {
  /** Host with port: browsers ignore the port, but tests run several servers on one address. */
  host: string;
  path: string;
  name: string;
  value: string;
}

export function createCookieBrowser(): CookieBrowser {
  let jar: Cookie[] = [];
  const visited: string[] = [];
  const setCookies: string[] = [];

  function keep(url: URL, line: string): void {
    setCookies.push(line);
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const equals = pair.indexOf("=");
    const attribute = (name: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const cookie = {
      host: url.host,
      path: attribute("path") ?? url.pathname.replace(/\/[^/]*$/, "") ?? "/",
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
    };
    jar = jar.filter(({ host, path, name }) => host !== url.host || path !== cookie.path || name !== cookie.name);
    const expires = attribute("expires");
    const isGone = attribute("max-age") === "0" || (expires !== undefined && Date.parse(expires) < Date.now());
    if (!isGone) jar.push(cookie);
  }

  function sent(url: URL): Cookie[] {
    const matches = (path: string) =>
      url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
    return jar.filter(({ host, path }) => host === url.host && matches(path));
  }

  return {
    visited,
    setCookies,
    cookies: (url) => Object.fromEntries(sent(new URL(url)).map(({ name, value }) => [name, value])),
    async open(start, { form, stopAt } = {}) {
      let url = new URL(start);
      let body = form === undefined ? undefined : new URLSearchParams(form);
      for (let hops = 0; hops < 20; hops++) {
        visited.push(url.href);
        const cookie = sent(url)
          .map(({ name, value }) => `${name}=${value}`)
          .join("; ");
        const response: Response = await fetch(url, {
          method: body === undefined ? "GET" : "POST",
          redirect: "manual",
          headers: cookie === "" ? {} : { cookie },
          ...(body === undefined ? {} : { body }),
        });
        for (const line of response.headers.getSetCookie()) keep(url, line);
        const location = response.headers.get("location");
        if (response.status < 300 || response.status >= 400 || location === null) {
          return { url, status: response.status, text: await response.text() };
        }
        url = new URL(location, url);
        body = undefined;
        if (stopAt !== undefined && url.href.startsWith(stopAt)) return { url, status: 0, text: "" };
      }
      throw new Error(`too many redirects, last to ${url}`);
    },
  };
}
