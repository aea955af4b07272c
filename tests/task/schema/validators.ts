import type { JsonValue } from "../../../src/domain/json.ts";
import type { Problem } from "../../../src/domain/problem.ts";
import type { SchemaValidator } from "../../../src/domain/task.ts";
import type { JsonFinding } from "../../../src/task/json-file.ts";
import { SCHEMA_URIS } from "../../../src/task/schema/draft.ts";
import { makeValidator } from "../../../src/task/schema/make-validator.ts";

/** The values of `$schema` for the drafts. */
export const DRAFTS = {
  4: SCHEMA_URIS[0] ?? "",
  6: SCHEMA_URIS[1] ?? "",
  7: SCHEMA_URIS[2] ?? "",
  2019: SCHEMA_URIS[3] ?? "",
  2020: SCHEMA_URIS[4] ?? "",
} as const;

/** Creates a validator for a schema that must be valid. */
export async function validatorOf(schema: JsonValue, draft?: keyof typeof DRAFTS): Promise<SchemaValidator> {
  const findings: JsonFinding[] = [];
  const named = draft === undefined || typeof schema !== "object" ? schema : { $schema: DRAFTS[draft], ...schema };
  const validator = await makeValidator(named, findings);
  if (validator === undefined) throw new Error(`the schema was refused: ${JSON.stringify(findings)}`);
  return validator;
}

/** Returns the problems of a schema. */
export async function faultsOf(schema: JsonValue): Promise<Pick<Problem, "message" | "pointer" | "remedy">[]> {
  const findings: JsonFinding[] = [];
  const validator = await makeValidator(schema, findings);
  if ((validator === undefined) !== findings.some(({ severity }) => severity === "error")) {
    throw new Error("a validator must be returned exactly if there is no error");
  }
  return findings;
}
