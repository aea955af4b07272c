import { jsonFile, objectSchema, type Template } from "./template.ts";

export const TYPESCRIPT: Template = {
  summary: "a TypeScript module that imports another file of the task",
  files: () => ({
    "main.ts": `import { countWords } from "./words.ts";

interface Input {
  text: string;
}

interface Output {
  words: number;
  characters: number;
}

/** Runs for every execution. The input matches input.schema.json. */
export default function main({ text }: Input): Output {
  return { words: countWords(text), characters: [...text].length };
}
`,
    "words.ts": `/** Counts the words of a text, which are separated by white space. */
export function countWords(text: string): number {
  return text.split(/\\s+/).filter((word) => word !== "").length;
}
`,
    "input.schema.json": objectSchema({ text: { type: "string" } }),
    "output.schema.json": objectSchema({
      words: { type: "integer", minimum: 0 },
      characters: { type: "integer", minimum: 0 },
    }),
    "tests/three-words.json": jsonFile({
      input: { text: "one two  three" },
      expected_output: { words: 3, characters: 14 },
    }),
    "tests/nothing.json": jsonFile({ input: { text: "" }, expected_output: { words: 0, characters: 0 } }),
  }),
};
