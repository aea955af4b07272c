import Ajv from "ajv";
import draft6 from "ajv/dist/refs/json-schema-draft-06.json";

const schemas: Record<string, Record<string, unknown>> = require("har-schema");
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addMetaSchema(draft6);
for (const schema of Object.values(schemas)) ajv.addSchema(schema);

/** What the JSON Schema of HAR 1.2 says against a value. */
export function harViolations(har: unknown): unknown[] {
  ajv.validate("har.json#", har);
  return ajv.errors ?? [];
}
