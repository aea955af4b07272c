import metadataSchema from "../../docs/schemas/task-metadata.schema.json" with { type: "json" };
import testSchema from "../../docs/schemas/task-test.schema.json" with { type: "json" };

/** The JSON Schemas that are published for editors and other tools, by the name under which they are printed. */
export const PUBLISHED_SCHEMAS: Readonly<Record<string, { fileName: string; schema: object }>> = {
  "task-metadata": { fileName: "task-metadata.schema.json", schema: metadataSchema },
  "task-test": { fileName: "task-test.schema.json", schema: testSchema },
};
