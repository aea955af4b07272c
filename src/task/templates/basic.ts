import { jsonFile, objectSchema, type Template } from "./template.ts";

export const BASIC: Template = {
  summary: "one function in JavaScript, no network",
  files: () => ({
    "main.js": `/**
 * Runs for every execution. The input matches input.schema.json.
 * @param {{ name: string }} input
 */
function main(input) {
  return { message: \`Hello, \${input.name}!\` };
}

main;
`,
    "input.schema.json": objectSchema({ name: { type: "string", minLength: 1 } }),
    "output.schema.json": objectSchema({ message: { type: "string" } }),
    "tests/hello.json": jsonFile({ input: { name: "World" }, expected_output: { message: "Hello, World!" } }),
    "tests/without-a-name.json": jsonFile({
      description: "The input schema requires a name.",
      input: {},
      expected_error: 'must have the member "name"',
    }),
  }),
};
