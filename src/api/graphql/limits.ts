import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  type Source,
  type ValidationContext,
  type ValueNode,
} from "graphql";
import { HIGHEST_LIMIT } from "./pagination.ts";

/** Maximum length of a query, in characters. */
const MAX_LENGTH = 100_000;
/** Maximum number of tokens in a query. */
const MAX_TOKENS = 2_000;
/** Maximum depth of nested fields. GraphiQL's introspection has 13. */
const MAX_DEPTH = 15;
/** Maximum number of aliases. Fragments count each time they are used. */
const MAX_ALIASES = 30;
/** Maximum number of values in a response, estimated from the query. */
const MAX_COST = 200_000;
/** Estimated number of items in a list without `pagination`. */
const USUAL_ITEMS = 10;

/** Fields that return lists of objects without `pagination`. */
const LISTS: ReadonlySet<string> = new Set([
  "executions",
  "executionLogs",
  "executionOperations",
  "waitingFor",
  "checks",
  "scheduleFirings",
  "nextFirings",
  "previewSchedule",
  "backfillSchedule",
  "httpOrigins",
  "sources",
  "refreshSource",
  "problems",
  "violations",
  "taskVersions",
  "workers",
  "running",
  "pauses",
]);

/** Parses a query that is not too long. @throws {GraphQLError} */
export function parseLimited(source: string | Source, options?: ParseOptions): DocumentNode {
  const { length } = typeof source === "string" ? source : source.body;
  if (length > MAX_LENGTH) throw tooMuch("characters", length, MAX_LENGTH);
  return parse(source, { ...options, maxTokens: MAX_TOKENS });
}

/** The size of a part of a query. */
interface Size {
  depth: number;
  aliases: number;
  cost: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, cost: 0 };

/**
 * Rejects queries whose response would be too large, before they run. Each fragment is measured once, however often it
 * is used, so that measuring costs no more than parsing.
 */
export function limitRule(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, Size | "being measured">();

  function sizeOfFragment(name: string): Size {
    const known = fragments.get(name);
    // The fragment contains itself, which another rule reports.
    if (known === "being measured") return NOTHING;
    if (known !== undefined) return known;
    fragments.set(name, "being measured");
    const fragment = context.getFragment(name);
    const size = fragment == null ? NOTHING : sizeOf(fragment.selectionSet);
    fragments.set(name, size);
    return size;
  }

  function sizeOf({ selections }: SelectionSetNode): Size {
    const total = { ...NOTHING };
    for (const node of selections) {
      const size =
        node.kind === Kind.FIELD
          ? sizeOfField(node)
          : node.kind === Kind.FRAGMENT_SPREAD
            ? sizeOfFragment(node.name.value)
            : sizeOf(node.selectionSet);
      total.depth = Math.max(total.depth, size.depth);
      total.aliases += size.aliases;
      total.cost += size.cost;
    }
    return total;
  }

  function sizeOfField(field: FieldNode): Size {
    const inner = field.selectionSet === undefined ? NOTHING : sizeOf(field.selectionSet);
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (field.alias === undefined ? 0 : 1),
      cost: 1 + inner.cost * itemsOf(field),
    };
  }

  return {
    OperationDefinition({ selectionSet }) {
      const { depth, aliases, cost } = sizeOf(selectionSet);
      if (depth > MAX_DEPTH) context.reportError(tooMuch("levels", depth, MAX_DEPTH));
      if (aliases > MAX_ALIASES) context.reportError(tooMuch("aliases", aliases, MAX_ALIASES));
      if (cost > MAX_COST) context.reportError(tooMuch("values in its response", cost, MAX_COST));
    },
  };
}

/** Returns how often the fields inside a field can occur in the response. */
function itemsOf(field: FieldNode): number {
  const pagination = field.arguments?.find(({ name }) => name.value === "pagination");
  if (pagination !== undefined) return pageSize(pagination.value);
  return LISTS.has(field.name.value) ? USUAL_ITEMS : 1;
}

/** The value of a variable is not known yet, so the maximum is assumed. */
function pageSize(value: ValueNode): number {
  if (value.kind !== Kind.OBJECT) return HIGHEST_LIMIT;
  const limit = value.fields.find(({ name }) => name.value === "limit")?.value;
  if (limit === undefined) return USUAL_ITEMS;
  return limit.kind === Kind.INT ? Math.min(Math.max(Number(limit.value), 1), HIGHEST_LIMIT) : HIGHEST_LIMIT;
}

function tooMuch(what: string, value: number, limit: number): GraphQLError {
  return new GraphQLError(`The query has ${value} ${what}; the limit is ${limit}.`, {
    extensions: { code: "QUERY_TOO_LARGE", limit, value, remedy: "Request less at once." },
  });
}
