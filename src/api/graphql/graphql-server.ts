import { GraphQLError } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import { errorText } from "../../telemetry/logger.ts";
import type { ApiDependencies } from "../dependencies.ts";
import type { EventFeed } from "../event-feed.ts";
import { publicError } from "../http/problem.ts";
import { createContext, type GraphqlContext } from "./context.ts";
import { limitRule, parseLimited } from "./limits.ts";
import { createSchema } from "./schema.ts";

/** What answers GraphQL over HTTP. */
export type GraphqlServer = (request: Request) => Promise<Response> | Response;

/** Puts schema, limits and transport together. */
export function createGraphqlServer(deps: ApiDependencies, feed: EventFeed): GraphqlServer {
  const { logger } = deps;
  const yoga = createYoga<Record<string, never>, GraphqlContext>({
    schema: createSchema(),
    context: ({ request }) => createContext(deps, feed, request.signal),
    graphqlEndpoint: "/graphql",
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    // A thousand hostile queries would stay in memory.
    parserAndValidationCache: false,
    // Checked before.
    maxRequestBodySize: false,
    // Errors of callers are told to them; faults of the server are logged below.
    logging: false,
    maskedErrors: {
      maskError: (error) =>
        shownError(error, (fault) => logger.error("a GraphQL operation failed", { error: errorText(fault) })),
    },
    plugins: [limitsPlugin()],
  });
  return (request: Request) => yoga.fetch(request);
}

function limitsPlugin(): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(parseLimited),
    onValidate: ({ addValidationRule }) => addValidationRule(limitRule),
  };
}

/** The public part of an error, with its code in `extensions`. Errors of GraphQL itself are as they are. */
function shownError(error: unknown, onFault: (fault: unknown) => void): Error {
  const located = error instanceof GraphQLError ? error : undefined;
  const original = located === undefined ? error : located.originalError;
  if (located !== undefined && (original == null || original instanceof GraphQLError)) return located;
  const { status, code, message, remedy, data, errors } = publicError(original);
  if (status >= 500) onFault(original);
  return new GraphQLError(message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: {
      code,
      ...(remedy === undefined ? {} : { remedy }),
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined ? {} : { errors }),
    },
  });
}
