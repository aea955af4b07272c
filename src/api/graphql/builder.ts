import SchemaBuilder from "@pothos/core";
import { type GraphQLScalarLiteralParser, Kind, type ValueNode, valueFromASTUntyped } from "graphql";
import { RatchetError } from "../../domain/errors.ts";
import { EXECUTION_STATUSES } from "../../domain/execution-record.ts";
import { JOB_PRIORITIES, JOB_STATUSES } from "../../domain/job.ts";
import { ROLES } from "../../domain/principal.ts";
import { OVERLAP_POLICIES } from "../../domain/schedule.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../../lib/json-text.ts";
import { parseTime, TIME_FORMS } from "../../lib/time-text.ts";
import type { GraphqlContext } from "./context.ts";

/** Types that the builder uses. */
export interface SchemaTypes {
  Context: GraphqlContext;
  /** Fields and arguments are required unless they say otherwise. */
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  Scalars: {
    /** Any JSON value. */
    JSON: { Input: unknown; Output: unknown };
    /** Internally ms since the epoch, externally ISO 8601. */
    DateTime: { Input: number; Output: number };
  };
}

/** A schema that is being built. */
export type Builder = PothosSchemaTypes.SchemaBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>>;

/** Enums shared by several types. */
export type Enums = ReturnType<typeof addEnums>;

/** Creates a builder with the scalars of the schema. */
export function createBuilder(): Builder {
  const builder = new SchemaBuilder<SchemaTypes>({
    defaultFieldNullability: false,
    defaultInputFieldRequiredness: true,
  });
  builder.scalarType("JSON", {
    description: "Any JSON value. As an input, a string that contains valid JSON stands for that value.",
    serialize: (value) => value,
    parseValue: jsonInput,
    parseLiteral: jsonLiteral,
  });
  builder.scalarType("DateTime", {
    description: "A time in ISO 8601. As an input also a number of ms since 1970.",
    serialize: (ms) => new Date(ms).toISOString(),
    parseValue: timeInput,
    parseLiteral: ((node) => timeInput("value" in node ? node.value : undefined)) as GraphQLScalarLiteralParser<number>,
  });
  return builder;
}

/** Adds the enums. GraphQL writes their values in capitals; internally they are as everywhere else. */
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
    role: builder.enumType("Role", { values: values(ROLES) }),
    overlapPolicy: builder.enumType("OverlapPolicy", { values: values(OVERLAP_POLICIES) }),
  };
}

/** Parses a string that is valid JSON by the rules for all JSON input. Any other string stands for itself. */
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
