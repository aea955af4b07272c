import { EXECUTION_STATUSES } from "../../domain/execution-record.ts";
import { JOB_PRIORITIES, JOB_STATUSES } from "../../domain/job.ts";
import { ROLES } from "../../domain/principal.ts";
import { OVERLAP_POLICIES } from "../../domain/schedule.ts";
import type { Members, Resource } from "../resources/resource.ts";
import type { Enums, SchemaTypes } from "./builder.ts";

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** Adds fields to an object type whose values have type `Source`. */
export type FieldsOf<Source> = PothosSchemaTypes.ObjectFieldBuilder<Types, Source>;

/** A field of such a type. */
type Field<Source> = ReturnType<FieldsOf<Source>["int"]>;

/** The parts of a member's schema that determine its type in GraphQL. */
interface MemberSchema {
  type?: string | readonly string[];
  format?: string;
  enum?: readonly unknown[];
  items?: MemberSchema;
}

/** Lists of values that are enums in GraphQL. All other lists of values are strings. */
const ENUMS: readonly (readonly [readonly string[], keyof Enums])[] = [
  [JOB_STATUSES, "jobStatus"],
  [JOB_PRIORITIES, "jobPriority"],
  [EXECUTION_STATUSES, "executionStatus"],
  [OVERLAP_POLICIES, "overlapPolicy"],
  [ROLES, "role"],
];

/**
 * Fields for the members of a resource. Name, type, nullability and sentence are those of the resource; the value is
 * the source's member with that name. A member that the source does not have fails to compile, unless it may be absent
 * or is one of `others`, which get resolvers of their own.
 */
export function exposedFields<
  M extends Members,
  Optional extends string,
  const Other extends keyof M & string,
  Source extends { readonly [K in Exclude<keyof M, Optional | Other>]: unknown },
>(
  t: FieldsOf<Source>,
  enums: Enums,
  { properties, required }: Resource<M, Optional>,
  others: readonly Other[],
): Record<Exclude<keyof M, Other>, Field<Source>> {
  const expose = t.expose.bind(t) as (name: string, options: object) => Field<Source>;
  const fields = Object.entries(properties)
    .filter(([name]) => !(others as readonly string[]).includes(name))
    .map(([name, member]) => {
      const { type, nullable } = fieldType(member, enums);
      const isOptional = !(required as readonly string[]).includes(name);
      return [name, expose(name, { type, nullable: nullable || isOptional, description: member.description })];
    });
  return Object.fromEntries(fields) as Record<Exclude<keyof M, Other>, Field<Source>>;
}

/** Returns the GraphQL type for a JSON Schema, and whether the value may be null. */
export function fieldType(schema: object, enums: Enums): { type: unknown; nullable: boolean } {
  const { type, items } = schema as MemberSchema;
  const nullable = type === undefined || (Array.isArray(type) && type.includes("null"));
  if (items !== undefined) return { type: [fieldType(items, enums).type], nullable };
  return { type: scalarOf(schema as MemberSchema, enums), nullable };
}

function scalarOf({ type, format, enum: values }: MemberSchema, enums: Enums): unknown {
  const [, name] = ENUMS.find(([list]) => list === values) ?? [];
  if (name !== undefined) return enums[name];
  const names = typeof type === "string" ? [type] : (type ?? []).filter((one) => one !== "null");
  const [first] = names;
  if (names.length !== 1 || first === undefined) return "JSON";
  if (format === "date-time") return "DateTime";
  // A number that may be 2^31 or more, such as bytes, does not fit into an Int.
  if (first === "integer") return format === "int64" ? "Float" : "Int";
  return { number: "Float", boolean: "Boolean", string: "String" }[first] ?? "JSON";
}
