import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { StructureForm, StructureProblem, StructureReading } from "./value-form.ts";

/** The form of a list of texts. */
export interface TextListForm extends StructureForm {
  read: (value: unknown) => StructureReading<string[]>;
}

/**
 * Creates the form of a list of texts. In a file it is a YAML list or one string with commas, in a variable a JSON list
 * or a text with commas.
 * @param check returns what is wrong with an item, or `undefined`
 * @param remedy what to write as an item
 */
export function textListForm(check: (item: string) => string | undefined, remedy: string): TextListForm {
  function read(value: unknown): StructureReading<string[]> {
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
  return { type: "structure", isText: true, read, write: (items) => items as JsonValue, schema: SCHEMA };
}

const SCHEMA: JsonObject = { type: ["array", "string"], items: { type: "string" } };
