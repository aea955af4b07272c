import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { rememberScroll, restoreScroll } from "./scroll-memory.ts";

/** How to go to another page. */
export interface NavigateOptions {
  /** Whether the current entry of the history is replaced, as for a change of a filter. @default false */
  replace?: boolean;
}

/** Where the reader is. All paths are those of the contract, such as `/jobs/17`, whatever path a proxy puts in front. */
export interface Router {
  /** The path of the current page. */
  readonly path: ReadonlySignal<string>;
  /** The query parameters of the current page. */
  readonly query: ReadonlySignal<URLSearchParams>;
  /** How often the reader went to another path. It is 0 on the page that was loaded. */
  readonly visits: ReadonlySignal<number>;
  /** Returns the address of a path for `href`, `fetch` and the like. */
  href(path: string): string;
  navigate(to: string, options?: NavigateOptions): void;
  /** Changes query parameters, and removes those whose value is empty. */
  setQuery(changes: Readonly<Record<string, string | undefined>>, options?: NavigateOptions): void;
}

/**
 * Creates the router over the browser's history. The base of the document (`<base href>`) is the path that a proxy
 * strips from each request.
 */
export function createRouter(window: Window): Router {
  const { document, history, location } = window;
  const base = new URL(document.baseURI);
  const pathOf = ({ pathname }: Pick<Location, "pathname">) => `/${pathname.slice(base.pathname.length)}`;
  const path = signal(pathOf(location));
  const query = signal(new URLSearchParams(location.search));
  const visits = signal(0);

  const href = (to: string) => new URL(to.replace(/^\/+/, ""), base).href;

  function read(): void {
    batch(() => {
      const next = pathOf(location);
      if (next !== path.value) {
        path.value = next;
        visits.value += 1;
      }
      if (location.search.replace(/^\?/, "") !== query.value.toString()) {
        query.value = new URLSearchParams(location.search);
      }
    });
  }

  function navigate(to: string, { replace = false }: NavigateOptions = {}): void {
    if (!replace) rememberScroll(window);
    history[replace ? "replaceState" : "pushState"](null, "", href(to));
    read();
    if (!replace) window.scrollTo(0, 0);
  }

  window.addEventListener("popstate", () => {
    read();
    restoreScroll(window);
  });
  document.addEventListener("click", (event) => {
    const target = localTarget(event, base);
    if (target === undefined) return;
    event.preventDefault();
    navigate(target);
  });

  return {
    path,
    query,
    visits,
    href,
    navigate,
    setQuery(changes, options = { replace: true }) {
      const next = new URLSearchParams(query.value);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === "") next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      navigate(text === "" ? path.value : `${path.value}?${text}`, options);
    },
  };
}

/** Paths of this server that are no pages of the dashboard. */
const OTHER =
  /^(?:api|docs|playground|login|setup|auth|openapi\.json|metrics|health|ready|version|graphql|assets)(?:[/?#]|$)/;

/** Returns the path that a click on a link goes to; undefined if the browser should follow the link itself. */
function localTarget(event: MouseEvent, base: URL): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.hasAttribute("download") || link.href === "") return undefined;
  const url = new URL(link.href);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname) || url.hash !== "") return undefined;
  const path = url.pathname.slice(base.pathname.length);
  return OTHER.test(path) ? undefined : `/${path}${url.search}`;
}
