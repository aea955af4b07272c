import type { Violation } from "../../api/problem.ts";
import type { FieldValue, Json } from "./json.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** What one check shares with those of the parts. */
export interface CheckContext {
  readonly scope: SchemaScope;
  /** JSON pointer to the value. */
  readonly pointer: string;
  /** How many schemas lead to the one that is checked. */
  readonly depth: number;
  /** Checks a part of the value. */
  check(context: CheckContext, schema: Json, value: FieldValue): Violation[];
}
