import SchemaBuilder from "@pothos/core";
import { type GraphQLScalarLiteralParser, Kind, type ValueNode, valueFromASTUntyped } from "graphql";
import { RatchetError } from "../../domain/errors.ts";
import { EXECUTION_STATUSES } from "../../domain/execution-record.ts";
import { JOB_PRIORITIES, JOB_STATUSES } from "../../domain/job.ts";
import { OVERLAP_POLICIES } from "../../domain/schedule.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../../lib/json-text.ts";
import { parseTime, TIME_FORMS } from "../../lib/time-text.ts";
import type { GraphqlContext } from "./context.ts";

/** What the builder knows of this schema. */
export interface SchemaTypes {
  Context: GraphqlContext;
  /** What must be there is said to be so: fields and arguments are required unless they say otherwise. */
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  Scalars: {
    /** Any JSON value. */
    JSON: { Input: unknown; Output: unknown };
    /** ms since the epoch inside, ISO 8601 outside. */
    DateTime: { Input: number; Output: number };
  };
}

/** The schema while it is put together. */
export type Builder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>>;

/** Enums that several types share. */
export type Enums = ReturnType<typeof addEnums>;

export function createBuilder(): Builder {
  const builder = new SchemaBuilder<SchemaTypes>({
    defaultFieldNullability: false,
    defaultInputFieldRequiredness: true,
  });
  builder.scalarType("JSON", {
    description: "Any JSON value. As an input also a text that holds JSON.",
    serialize: (value) => value,
    parseValue: jsonInput,
    parseLiteral: jsonLiteral,
  });
  builder.scalarType("DateTime", {
    description: "A time in ISO 8601.",
    serialize: (ms) => new Date(ms).toISOString(),
    parseValue: timeInput,
    parseLiteral: ((node) => timeInput("value" in node ? node.value : undefined)) as GraphQLScalarLiteralParser<number>,
  });
  return builder;
}

/** GraphQL's custom is to write enums in capitals; inside they are as everywhere else. */
export function addEnums(builder: Builder) {
  const values = <const T extends string>(names: readonly T[]) =>
    Object.fromEntries(names.map((name) => [name.toUpperCase(), { value: name }])) as Record<
      Uppercase<T>,
      { value: T }
    >;
  return {
    jobStatus: builder.enumType("JobStatus", { values: values(JOB_STATUSES) }),
    jobPriority: builder.enumType("JobPriority", { values: values(JOB_PRIORITIES) }),
    executionStatus: builder.enumType("ExecutionStatus", { values: values(EXECUTION_STATUSES) }),
    overlapPolicy: builder.enumType("OverlapPolicy", { values: values(OVERLAP_POLICIES) }),
  };
}

/** A text that is JSON, by the rules of all JSON that is taken, means what it holds; any other text is itself. */
function jsonInput(value: unknown): unknown {
  if (typeof value !== "string" || findJsonFault(value, MAX_JSON_DEPTH) !== undefined) return value;
  return JSON.parse(value) as unknown;
}

function jsonLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  const value = valueFromASTUntyped(node, variables);
  return node.kind === Kind.STRING ? jsonInput(value) : value;
}

function timeInput(value: unknown): number {
  const time = typeof value === "string" || typeof value === "number" ? parseTime(value) : undefined;
  if (time !== undefined) return time;
  throw new RatchetError("USAGE", `${JSON.stringify(value)?.slice(0, 100)} is not a time; it must be ${TIME_FORMS}.`);
}
