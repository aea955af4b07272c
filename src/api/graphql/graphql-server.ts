import { type ExecutionResult, GraphQLError } from "graphql";
import { createYoga, type GraphQLParams, isAsyncIterable, type Plugin } from "graphql-yoga";
import { jsonText } from "../../lib/raw-json.ts";
import { errorText } from "../../telemetry/logger.ts";
import { publicError } from "../http/problem.ts";
import { createContext, type GraphqlContext, type GraphqlDependencies } from "./context.ts";
import { withCode } from "./error-codes.ts";
import { limitRule, parseLimited } from "./limits.ts";
import { createSchema } from "./schema.ts";

/**
 * What answers GraphQL over HTTP.
 * @param body of a POST, read already
 */
export type GraphqlServer = (request: Request, body: unknown) => Promise<Response> | Response;

/** What the transport hands on with a request. */
interface RequestContext extends Record<string, unknown> {
  body: unknown;
}

/** Puts schema, limits and transport together. */
export function createGraphqlServer(deps: GraphqlDependencies): GraphqlServer {
  const { logger } = deps;
  const yoga = createYoga<RequestContext, GraphqlContext>({
    schema: createSchema(),
    context: ({ request }) => createContext(deps, request.signal),
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
    plugins: [limitsPlugin(), bodiesPlugin()],
  });
  return (request, body) => yoga.fetch(request, { body });
}

/** Bodies were read before, and large values in them and in results stay text. */
function bodiesPlugin(): Plugin<GraphqlContext, RequestContext> {
  return {
    onRequestParse({ requestParser, serverContext, setRequestParser }) {
      const { body } = serverContext;
      if (requestParser === undefined || body === undefined) return;
      setRequestParser(() => {
        if (typeof body === "object" && body !== null) return body as GraphQLParams;
        const extensions = { http: { status: 400 }, code: "BAD_REQUEST" };
        const sent = body === null ? "null" : typeof body;
        throw new GraphQLError(`POST body is expected to be object but received ${sent}`, { extensions });
      });
    },
    onSubscribe: () => ({
      onSubscribeResult: () => ({
        onNext: ({ result }) => {
          if (!isAsyncIterable(result)) withRawJson(result);
        },
      }),
    }),
    onExecutionResult({ result }) {
      if (result !== undefined && !Array.isArray(result) && !isAsyncIterable(result)) withRawJson(result);
    },
  };
}

function withRawJson(result: ExecutionResult & { stringify?: (result: ExecutionResult) => string }): void {
  result.stringify = (shown) => jsonText({ ...shown, stringify: undefined });
}

function limitsPlugin(): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn(parseLimited);
      return ({ result, replaceParseResult }) => {
        if (result instanceof GraphQLError) replaceParseResult(withCode(result, "GRAPHQL_PARSE_FAILED"));
      };
    },
    onValidate({ addValidationRule }) {
      addValidationRule(limitRule);
      return ({ result, setResult }) => {
        setResult(result.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
      };
    },
  };
}

/**
 * The public part of an error, with its code in `extensions`. What GraphQL itself finds at this point is wrong with the
 * variables, the choice of the operation, or the request.
 */
function shownError(error: unknown, onFault: (fault: unknown) => void): Error {
  const located = error instanceof GraphQLError ? error : undefined;
  const original = located === undefined ? error : located.originalError;
  if (located !== undefined && (original == null || original instanceof GraphQLError)) {
    return withCode(located, "BAD_USER_INPUT");
  }
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
