import { HttpError } from "../http/http-error.ts";
import type { ServedRoute } from "../http/served-route.ts";
import type { GraphqlDependencies } from "./context.ts";
import type { GraphqlServer } from "./graphql-server.ts";

/** `/graphql`: queries, mutations, and subscriptions as server-sent events. */
export function graphqlRoutes(deps: GraphqlDependencies): ServedRoute[] {
  // Loaded on the first request: a server that is only used by REST never pays for it.
  let server: Promise<GraphqlServer> | undefined;
  const load = async () => (await import("./graphql-server.ts")).createGraphqlServer(deps);
  const respond: ServedRoute["respond"] = async ({ request, readBody }) => {
    const body = request.method === "POST" ? await readBody() : undefined;
    server ??= load();
    const serve = await server;
    const { url, method, headers } = request;
    const refused = new AbortController();
    const signal = AbortSignal.any([request.signal, refused.signal]);
    const response = await serve(new Request(url, { method, headers, signal }), body);
    if (response.status === 406 && response.body === null) {
      // A subscription was begun by then, and nobody else ends it.
      refused.abort();
      throw notAcceptable();
    }
    return response;
  };
  return [
    { method: "GET", path: "/graphql", requires: { access: "read", body: "ignored" }, respond },
    // Reads as well, but the method alone can't tell.
    { method: "POST", path: "/graphql", requires: { access: "write", body: "graphql" }, respond },
  ];
}

/** Yoga says no more than that; it is what a subscription gets from a client that takes no events. */
function notAcceptable(): HttpError {
  const message = "The response would be of a type that the request does not accept.";
  const remedy = "Accept application/json, and for subscriptions text/event-stream.";
  return new HttpError(406, "NOT_ACCEPTABLE", message, { remedy });
}
