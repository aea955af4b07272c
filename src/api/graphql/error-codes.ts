import { GraphQLError } from "graphql";
import { defined } from "../../lib/defined.ts";

/** Codes of errors that GraphQL finds before a resolver runs. */
export type GraphqlErrorCode = "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "BAD_USER_INPUT";

/** Adds a code to the extensions of an error that has none. */
export function withCode(error: GraphQLError, code: GraphqlErrorCode): GraphQLError {
  if (typeof error.extensions.code === "string") return error;
  const place = variablePlace(error.message);
  const { message, nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: {
      ...error.extensions,
      code,
      ...defined({ errors: place === undefined ? undefined : [{ pointer: place, message }] }),
    },
  });
}

/** Returns a JSON pointer into the variables, from a message of graphql-js: `Variable "$input" ... at "input.a[0]"`. */
function variablePlace(message: string): string | undefined {
  const variable = /^Variable "\$(\w+)"/.exec(message)?.[1];
  if (variable === undefined) return undefined;
  const path = / at "(\w+(?:\.\w+|\[\d+\])*)"; /.exec(message)?.[1];
  return `/${(path ?? variable).replace(/[.[]/g, "/").replaceAll("]", "")}`;
}
