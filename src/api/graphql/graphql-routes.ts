import { defined } from "../../lib/defined.ts";
import { HttpError } from "../http/http-error.ts";
import { publicError } from "../http/problem.ts";
import { json } from "../http/responses.ts";
import type { ServedRoute } from "../http/served-route.ts";
import type { GraphqlDependencies } from "./context.ts";
import type { GraphqlServer } from "./graphql-server.ts";

/** `/graphql`: queries, mutations, and subscriptions as server-sent events. */
export function graphqlRoutes(deps: GraphqlDependencies): ServedRoute[] {
  // Loaded on the first request, so that a server without GraphQL clients does not pay for it.
  let server: Promise<GraphqlServer> | undefined;
  const load = async () => (await import("./graphql-server.ts")).createGraphqlServer(deps);
  const respond: ServedRoute["respond"] = async ({ request, caller, readBody }) => {
    const body = request.method === "POST" ? await readBody() : undefined;
    server ??= load();
    const serve = await server;
    const { url, method, headers } = request;
    const rejected = new AbortController();
    const signal = AbortSignal.any([request.signal, rejected.signal]);
    const response = await serve(new Request(url, { method, headers, signal }), body, caller);
    if (response.status === 406 && response.body === null) {
      // A subscription has started by then, and nothing else would end it.
      rejected.abort();
      throw notAcceptable();
    }
    return response;
  };
  return [
    // Each field declares what it requires beyond that: see field-access.ts.
    { method: "GET", path: "/graphql", requires: { access: "read", body: "ignored" }, respond, refuse },
    { method: "POST", path: "/graphql", requires: { access: "read", body: "graphql" }, respond, refuse },
  ];
}

/** Responds to a caller who may not use GraphQL, in the form of GraphQL over HTTP. */
function refuse(error: unknown): Response {
  const { status, code, message, remedy, headers } = publicError(error);
  const body = { errors: [{ message, extensions: { code, ...defined({ remedy }) } }] };
  return json(body, status, headers);
}

/** Creates the error for a status of yoga that has no message, such as for a subscription without event stream. */
function notAcceptable(): HttpError {
  const message = "The response would have a type that the request does not accept.";
  const remedy = "Accept application/json, and for subscriptions text/event-stream.";
  return new HttpError(406, "NOT_ACCEPTABLE", message, { remedy });
}
