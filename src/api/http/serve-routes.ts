import { Elysia } from "elysia";
import type { BodyReader } from "../../checking/body-reader.ts";
import { type AccessCheck, shareWith } from "./access.ts";
import { type BodyLimits, readBytes } from "./body.ts";
import { type BodyLease, createBodyMemory } from "./body-memory.ts";
import { problemResponse, publicError } from "./problem.ts";
import { Refusal } from "./refusal.ts";
import type { RawCall, Route } from "./route.ts";
import { createRouteTable } from "./route-table.ts";

/** A handler for requests that are not described as a {@link Route}: pages, assets, GraphQL. */
export interface PlainRoute {
  method: "GET" | "POST";
  path: string;
  answer(request: Request, call: Pick<RawCall, "readBody">): Promise<Response> | Response;
}

/** What {@link serveRoutes} needs. */
export interface ServeOptions {
  routes: readonly Route[];
  plain: readonly PlainRoute[];
  access: AccessCheck;
  limits: BodyLimits;
  readJson: BodyReader;
  /** After each answer. @param route with parameters as names */
  onAnswer: (method: string, route: string, status: number, startedAt: number) => void;
  /** Gets what is a fault of the server. */
  onFault: (error: unknown, request: Request) => void;
}

/** Bodies of the largest size that may be worked on at once. */
const BODIES_AT_ONCE = 3;

/** The function that answers every request. It never rejects, and everything it refuses is a problem document. */
export function serveRoutes(options: ServeOptions): (request: Request) => Promise<Response> {
  const { access, limits, onAnswer, onFault } = options;
  const app = new Elysia({ normalize: false });
  const leaseMemory = createBodyMemory(BODIES_AT_ONCE * limits.maxBytes);
  const table = createRouteTable([...options.routes, ...options.plain]);

  function failure(error: unknown, request: Request): Response {
    // What is refused is no fault, also where it is refused for what goes on in the server.
    if (!(error instanceof Refusal) && publicError(error).status >= 500) onFault(error, request);
    return problemResponse(error);
  }

  async function readBody(request: Request, memory: BodyLease, form: "rest" | "graphql"): Promise<unknown> {
    const bytes = await readBytes(request, limits, memory);
    return bytes === undefined ? undefined : await options.readJson(bytes, form);
  }

  async function guarded(request: Request, route: string, answer: (memory: BodyLease) => Promise<Response> | Response) {
    const startedAt = performance.now();
    let response: Response;
    let reader: string | undefined;
    const memory = leaseMemory();
    try {
      reader = access(request);
      response = await answer(memory);
      if (request.method === "HEAD") response = headOf(response);
    } catch (error) {
      response = failure(error, request);
    } finally {
      memory.release();
    }
    if (reader !== undefined) shareWith(reader, response.headers);
    onAnswer(knownMethod(request.method), route, response.status, startedAt);
    return response;
  }

  // It covers only what comes after it.
  const refuse = ({ request }: { request: Request }) => guarded(request, "unknown", () => table.refuse(request));
  app.onError(refuse);
  const add = (method: string, path: string, answer: (context: Context) => Promise<Response>) =>
    app.route(method, path, answer, { parse: "none" });
  for (const route of options.routes) {
    add(route.method, route.path, ({ request, params }) =>
      guarded(request, route.path, (memory) =>
        route.answer({
          request,
          params: readParams(params),
          readBody: () => readBody(request, memory, "rest"),
        }),
      ),
    );
  }
  for (const { method, path, answer } of options.plain) {
    add(method, path, ({ request }) =>
      guarded(request, path, (memory) => answer(request, { readBody: () => readBody(request, memory, "graphql") })),
    );
  }
  for (const { method, path } of table.hidden) add(method, path, refuse);
  return async (request) => app.handle(request);
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Figures are kept for each method: callers shall not make up more of them. */
const knownMethod = (method: string): string => (METHODS.has(method) ? method : "other");

interface Context {
  request: Request;
  /** undefined for a path without any. */
  params: Record<string, string | undefined> | undefined;
}

/** A path's parameters as texts. @throws {Refusal} 400 where an escape in the path stands for nothing */
function readParams(params: Context["params"]): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value !== "string") {
      const message = `The ${name} in the path can't be read: a % there is not followed by UTF-8 in hexadecimal digits.`;
      throw new Refusal(400, "BAD_PATH", message, "Encode it as encodeURIComponent does.");
    }
    read[name] = value;
  }
  return read;
}

/** For HEAD, what the answer to GET would say of itself: a stream, which never ends, is not waited for. */
function headOf(response: Response): Response {
  if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream")) return response;
  void response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}
