import { yoga } from "@elysiajs/graphql-yoga";
import { Elysia } from "elysia";
import { type ExecutionResult, GraphQLError } from "graphql";
import { type GraphQLParams, isAsyncIterable, type Plugin, type YogaInitialContext } from "graphql-yoga";
import type { JsonObject } from "../../domain/json.ts";
import type { Caller } from "../../domain/principal.ts";
import { jsonParts } from "../../domain/raw-json.ts";
import { LONG_TEXT, readText, type ShareableText, utf8Length } from "../../domain/shared-text.ts";
import { defined } from "../../lib/defined.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import type { Vault } from "../../secrets/vault.ts";
import { errorText } from "../../telemetry/logger.ts";
import { maskedMembers } from "../http/masked-problems.ts";
import { isServerFault, publicError } from "../http/problem.ts";
import { jsonResponse } from "../http/responses.ts";
import { createContext, type GraphqlDependencies } from "./context.ts";
import { withCode } from "./error-codes.ts";
import { limitRule, parseLimited } from "./limits.ts";
import { createSchema } from "./schema.ts";

/**
 * Responds to GraphQL requests over HTTP.
 * @param body the body of a POST, which was read already
 */
export type GraphqlServer = (request: Request, body: unknown, caller: Caller) => Promise<Response>;

/** Creates the server from schema, limits and transport. */
export function createGraphqlServer(deps: GraphqlDependencies): GraphqlServer {
  const { logger } = deps;
  /** Bodies of the requests that are being handled. The plug-in passes on only the request. */
  const bodies = new WeakMap<Request, unknown>();
  const callers = new WeakMap<Request, Caller>();
  /** Results that are too long to be joined to one text. */
  const long: LongResults = new WeakMap();
  const app = new Elysia({ name: "graphql" })
    .use(
      yoga({
        path: "/graphql",
        schema: createSchema(),
        context: ({ request }: YogaInitialContext) =>
          createContext(deps, { signal: request.signal, caller: callerOf(callers, request) }),
        graphiql: false,
        landingPage: false,
        batching: false,
        multipart: false,
        // A cache would keep a thousand hostile queries in memory.
        parserAndValidationCache: false,
        // The middlewares check it.
        maxRequestBodySize: false,
        // Clients see their own errors. Faults of the server are logged below.
        logging: false,
        maskedErrors: {
          maskError: (error) =>
            shownError(error, (fault) => logger.error("a GraphQL operation failed", { error: errorText(fault) })),
        },
        plugins: [limitsPlugin(), bodiesPlugin(bodies, long), maskingPlugin(deps.vault)],
      }),
    )
    // The caller turns errors of the transport into problem documents.
    .onError(({ error }) => {
      throw error;
    });
  return async (request, body, caller) => {
    callers.set(request, caller);
    if (body !== undefined) bodies.set(request, body);
    const response = await app.handle(request);
    const parts = long.get(request);
    if (parts === undefined) return response;
    const headers = Object.fromEntries(response.headers);
    delete headers["content-length"];
    return jsonResponse(parts, { status: response.status, headers });
  };
}

/** @throws {Error} if the request did not pass the gate */
function callerOf(callers: WeakMap<Request, Caller>, request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error("a GraphQL request has no caller");
  return caller;
}

/** The parts of long results. */
type LongResults = WeakMap<Request, readonly ShareableText[]>;

/** Uses bodies that were read already, and keeps large values in bodies and results as text. */
function bodiesPlugin(bodies: WeakMap<Request, unknown>, long: LongResults): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      const body = bodies.get(request);
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
    onExecutionResult({ request, result }) {
      if (result === undefined || Array.isArray(result) || isAsyncIterable(result)) return;
      withRawJson(result, isStreamed(request) ? undefined : (parts) => long.set(request, parts));
    },
  };
}

/**
 * Masks secrets in the errors of all results. They may repeat what a caller has sent, such as the value of a variable, or a name in
 * the operation.
 */
function maskingPlugin(vault: Pick<Vault, "latest">): Plugin {
  const masked = async <R extends ExecutionResult>(result: R): Promise<R> => {
    if (result.errors === undefined) return result;
    const masker = (await vault.latest())?.masker;
    if (masker === undefined) return result;
    return { ...result, errors: result.errors.map((error) => maskedError(error, masker)) };
  };
  return {
    async onResultProcess({ result, setResult }) {
      if (!isAsyncIterable(result) && !Array.isArray(result)) setResult(await masked(result));
    },
    onSubscribe: () => ({
      onSubscribeResult: () => ({
        onNext: async ({ result, setResult }) => {
          if (!isAsyncIterable(result)) setResult(await masked(result));
        },
      }),
    }),
  };
}

function maskedError(error: GraphQLError, masker: SecretMasker): GraphQLError {
  const { nodes, source, positions, path } = error;
  const extensions = maskedMembers((error.extensions ?? {}) as JsonObject, masker);
  return new GraphQLError(masker.text(error.message), {
    ...defined({ nodes, source, positions, path }),
    extensions,
  });
}

/** Returns true if the client asks for a stream of results, in which each result is a part of the body. */
function isStreamed({ headers }: Request): boolean {
  return /event-stream|multipart/i.test(headers.get("accept") ?? "");
}

/** @param onLong receives the parts of a long result, whose text is then "null" */
function withRawJson(
  result: ExecutionResult & { stringify?: (result: ExecutionResult) => string },
  onLong?: (parts: readonly ShareableText[]) => void,
): void {
  result.stringify = (shown) => {
    const parts = jsonParts({ ...shown, stringify: undefined });
    if (onLong === undefined || parts.reduce((sum, part) => sum + utf8Length(part), 0) < LONG_TEXT) {
      return parts.map(readText).join("");
    }
    onLong(parts);
    return "null";
  };
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
 * Returns the public part of an error, with its code in `extensions`. GraphQL's own errors at this point concern the
 * variables, the selected operation, or the request.
 */
function shownError(error: unknown, onFault: (fault: unknown) => void): Error {
  const located = error instanceof GraphQLError ? error : undefined;
  const original = located === undefined ? error : located.originalError;
  if (located !== undefined && (original == null || original instanceof GraphQLError)) {
    return withCode(located, "BAD_USER_INPUT");
  }
  const { code, message, remedy, data, errors } = publicError(original);
  if (isServerFault(original)) onFault(original);
  return new GraphQLError(message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: { code, ...defined({ remedy, data, errors }) },
  });
}
