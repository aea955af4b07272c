import type { Routes } from "../../../dist/generated/api-types.ts";
import { Problem, problemOf, readProblem } from "./problem.ts";

/** Name of a route, such as `GET /api/v1/jobs/:id`. */
export type RouteName = keyof Routes;

/** What a route responds with. */
export type ResponseOf<K extends RouteName> = Routes[K]["response"];

/** The query parameters that a route takes. */
export type QueryOf<K extends RouteName> = Routes[K]["query"];

/** What a request may have besides the name of its route. */
export interface CallOptions<K extends RouteName> {
  params?: Routes[K]["params"];
  query?: Routes[K]["query"];
  body?: Routes[K]["body"];
  signal?: AbortSignal | undefined;
}

/** The REST interface of the server, typed by its own description. */
export interface Api {
  /**
   * Sends a request. Without a session, the page goes to the login and comes back.
   * @throws {Problem} if the server refuses it or can't be reached; what aborted it if `signal` did
   */
  call<K extends RouteName>(route: K, options?: CallOptions<K>): Promise<ResponseOf<K>>;
  /** Returns the address of a route, for links and downloads. */
  address<K extends RouteName>(route: K, options?: Pick<CallOptions<K>, "params" | "query">): string;
}

/** What {@link createApi} needs. */
export interface ApiOptions {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Returns the address of a path of this server. */
  href(path: string): string;
  /** Called when the server wants to know who the reader is. */
  onLoggedOut(): void;
}

/** Creates the client of the server's REST interface. */
export function createApi({ fetch, href, onLoggedOut }: ApiOptions): Api {
  const address: Api["address"] = (route, options = {}) => href(pathOf(route, options));
  return {
    address,
    async call(route, options = {}) {
      const { body, signal } = options;
      const method = route.slice(0, route.indexOf(" "));
      const init: RequestInit = {
        method,
        signal: signal ?? null,
        headers: { accept: "application/json", ...(method === "GET" ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? null : JSON.stringify(body),
      };
      const response = await fetch(address(route, options), init).catch((error: unknown) => {
        throw signal?.aborted ? error : problemOf(error);
      });
      if (response.status === 401) onLoggedOut();
      if (!response.ok) throw await readProblem(response);
      return (await read(response)) as never;
    },
  };
}

/** Reads a response by its type: JSON as a value, everything else as text. */
async function read(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  try {
    return isJson ? await response.json() : await response.text();
  } catch {
    throw new Problem("The response of the server was cut off.", { remedy: "Try again." });
  }
}

type Values = Readonly<Record<string, unknown>>;

function pathOf(route: string, { params = {}, query = {} }: { params?: object; query?: object }): string {
  const path = route
    .slice(route.indexOf(" ") + 1)
    .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String((params as Values)[name])));
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    sent.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = sent.toString();
  return text === "" ? path : `${path}?${text}`;
}
