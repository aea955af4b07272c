import type { SqlValue } from "./connection.ts";

/** A condition with its values. */
export interface Predicate {
  where: string;
  values: SqlValue[];
}
