import type { Problem } from "../domain/problem.ts";
import type { SchemaWork } from "../task/validate.ts";
import type { Checker } from "./checker.ts";

/** Time limit for a schema on another thread, in ms. */
const SCHEMA_TIME_MS = 10_000;

/** Compiles and applies the schemas of validated tasks on the threads of a checker. */
export function createSchemaWork(checker: Checker): SchemaWork {
  const options = { caller: "validation", timeMs: SCHEMA_TIME_MS };
  return {
    problems: async (schema): Promise<readonly Problem[]> =>
      (await checker.check({ kind: "schema", schema }, options)).problems,
    async violations(schema, value) {
      const check = await checker.check({ kind: "value", json: JSON.stringify(value), schema }, options);
      return "violations" in check ? check.violations : [];
    },
  };
}
