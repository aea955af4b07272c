import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { StructureProblem, StructureReading } from "./value-form.ts";

/** What the items of a list of texts have to be. */
export interface TextListItems {
  /** Returns what is wrong with an item, or `undefined`. */
  check: (item: string) => string | undefined;
  /** What to write as an item. */
  remedy: string;
}

/** JSON Schema of a list of texts. */
export const TEXT_LIST_SCHEMA: JsonObject = { type: ["array", "string"], items: { type: "string" } };

/** Reads a list of texts: a list in YAML or JSON, or one text with commas. */
export function readTextList(value: unknown, { check, remedy }: TextListItems): StructureReading<string[]> {
  const items = typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
  if (!Array.isArray(items)) return { problems: [{ path: [], message: "is not a list", remedy }] };
  const problems: StructureProblem[] = [];
  const texts: string[] = [];
  items.forEach((item: unknown, index) => {
    if (item === "") return;
    const problem = typeof item === "string" ? check(item) : "is not a string";
    if (typeof item === "string" && problem === undefined) texts.push(item);
    else problems.push({ path: typeof value === "string" ? [] : [index], message: `"${item}" ${problem}`, remedy });
  });
  return problems.length > 0 ? { problems } : { value: texts };
}

/** Converts a list of texts to the form that files contain. */
export function writeTextList(texts: object): JsonValue {
  return texts as JsonValue;
}
