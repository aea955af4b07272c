import metadataSchema from "../../docs/schemas/task-metadata.schema.json" with { type: "json" };
import testSchema from "../../docs/schemas/task-test.schema.json" with { type: "json" };
import workflowSchema from "../../docs/schemas/workflow.schema.json" with { type: "json" };

/** The JSON Schemas published for editors and other tools, by the name that prints them. */
export const PUBLISHED_SCHEMAS: Readonly<Record<string, { fileName: string; schema: object }>> = {
  "task-metadata": { fileName: "task-metadata.schema.json", schema: metadataSchema },
  "task-test": { fileName: "task-test.schema.json", schema: testSchema },
  workflow: { fileName: "workflow.schema.json", schema: workflowSchema },
};
