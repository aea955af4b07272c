import { Elysia } from "elysia";
import type { AccessCheck } from "./access.ts";
import { type BodyLimits, parseJson, readText } from "./body.ts";
import { problemResponse, publicError } from "./problem.ts";
import { Refusal } from "./refusal.ts";
import type { RawCall, Route } from "./route.ts";

/** Tells the connection that it may be quiet from now on. */
export type KeepOpen = (request: Request) => void;

/** A handler for requests that are not described as a {@link Route}: pages, assets, GraphQL. */
export interface PlainRoute {
  method: "GET" | "POST";
  path: string;
  answer(
    request: Request,
    call: Pick<RawCall, "keepOpen"> & { readText(): Promise<string | undefined> },
  ): Promise<Response> | Response;
}

/** What {@link serveRoutes} needs. */
export interface ServeOptions {
  routes: readonly Route[];
  plain: readonly PlainRoute[];
  access: AccessCheck;
  limits: BodyLimits;
  keepOpen: KeepOpen;
  /** After each answer. @param route with parameters as names */
  onAnswer: (method: string, route: string, status: number, startedAt: number) => void;
  /** Gets what is a fault of the server. */
  onFault: (error: unknown, request: Request) => void;
}

/** The function that answers every request. It never rejects, and everything it refuses is a problem document. */
export function serveRoutes(options: ServeOptions): (request: Request) => Promise<Response> {
  const { access, limits, keepOpen, onAnswer, onFault } = options;
  const app = new Elysia({ normalize: false });
  /** Methods of each path. */
  const methods = new Map<string, string[]>();

  function failure(error: unknown, request: Request): Response {
    if (publicError(error).status >= 500) onFault(error, request);
    return problemResponse(error);
  }

  async function guarded(request: Request, route: string, answer: () => Promise<Response> | Response) {
    const startedAt = performance.now();
    let response: Response;
    try {
      access(request);
      response = await answer();
    } catch (error) {
      response = failure(error, request);
    }
    onAnswer(knownMethod(request.method), route, response.status, startedAt);
    return response;
  }

  // It covers only what comes after it.
  app.onError(({ request }) => guarded(request, "unknown", () => refuseUnknown(request, methods)));
  const add = (method: string, path: string, answer: (context: Context) => Promise<Response>) => {
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.route(method, path, answer, { parse: "none" });
  };
  for (const route of options.routes) {
    add(route.method, route.path, ({ request, params }) =>
      guarded(request, route.path, () =>
        route.answer({
          request,
          params,
          readBody: async () => {
            const text = await readText(request, limits);
            return text === undefined ? undefined : parseJson(text);
          },
          keepOpen: () => keepOpen(request),
        }),
      ),
    );
  }
  for (const { method, path, answer } of options.plain) {
    add(method, path, ({ request }) =>
      guarded(request, path, () =>
        answer(request, { readText: () => readText(request, limits), keepOpen: () => keepOpen(request) }),
      ),
    );
  }
  return async (request) => app.handle(request);
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Figures are kept for each method: callers shall not make up more of them. */
const knownMethod = (method: string): string => (METHODS.has(method) ? method : "other");

interface Context {
  request: Request;
  params: Record<string, string>;
}

/** A path that is there with another method, or not at all. */
function refuseUnknown(request: Request, methods: ReadonlyMap<string, readonly string[]>): Response {
  const path = new URL(request.url).pathname;
  const allowed = [...methods].flatMap(([pattern, names]) => (fits(pattern, path) ? names : []));
  if (allowed.length === 0) {
    const shown = JSON.stringify(path.slice(0, 200));
    throw new Refusal(404, "ROUTE_NOT_FOUND", `There is nothing at ${shown}.`, "GET /openapi.json lists the routes.");
  }
  const allow = [...new Set(allowed)].join(", ");
  const headers = { allow };
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers });
  throw new Refusal(405, "METHOD_NOT_ALLOWED", `${request.method} is not for this path.`, `Use ${allow}.`, headers);
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith(":") || part === given[at]);
}
