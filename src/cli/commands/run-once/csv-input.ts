import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { isObject } from "../../../lib/is-object.ts";
import { isListAt } from "../run/find-option.ts";
import { optionValueOf } from "../run/option-value.ts";
import { choicesOf, type OptionSchema, propertiesOf, schemasAt, typesOf } from "../run/schema-lookup.ts";
import type { Line } from "./line-source.ts";
import { setAt, splitName } from "./set-values.ts";

/** Where a column's values go, and the schema that converts them. */
interface Column {
  names: readonly string[];
  name: string;
  schema: OptionSchema;
  /** The value of an empty field; undefined leaves the member out. */
  empty: JsonValue | undefined;
}

/** Reads a schema file of a task, for look-ups. */
export async function schemaOf(task: TaskDefinition, side: "input" | "output"): Promise<OptionSchema> {
  const source = await task.schema(side);
  const value = source === undefined ? {} : (JSON.parse(source.text.replace(/^\ufeff/, "")) as JsonValue);
  const root = isObject(value) ? value : {};
  return { root, schema: root };
}

/**
 * Creates the function that turns a row into an input. Fields are converted by the input schema; without one, JSON values
 * are recognised as `--set` does. An empty field is an empty text where the schema allows an empty text, null where it
 * allows null, and is left out otherwise. A column `a.b` is a value inside the object `a`, unless the schema has a property `a.b`.
 */
export function rowReader(schema: OptionSchema, header: () => readonly string[]): (line: Line) => JsonObject {
  let columns: Column[] | undefined;
  return ({ number, fields = [] }) => {
    columns ??= header().map((name) => columnOf(name, schema));
    if (fields.length !== columns.length) throw wrongLength(number, fields.length, columns.length);
    const input: JsonObject = {};
    for (const [index, column] of columns.entries()) {
      const value = fieldValue(fields[index] ?? "", column);
      if (value !== undefined) {
        const shown = `line ${number}, column "${column.name}"`;
        setAt(input, column.names, value, { shown, isList: (names) => isListAt(schema, names) });
      }
    }
    return input;
  };
}

function columnOf(name: string, input: OptionSchema): Column {
  const own = propertiesOf(input).get(name);
  const parts = splitName(name);
  const names = own !== undefined || parts.includes("") ? [name] : parts;
  let schema: OptionSchema | undefined = own ?? input;
  if (own === undefined) {
    for (const part of names) schema = schema === undefined ? undefined : propertiesOf(schema).get(part);
  }
  const found = schema ?? { root: input.root, schema: {} };
  return { names, name, schema: found, empty: emptyValue(found) };
}

/** Returns the value of a field; undefined leaves the member out. */
function fieldValue(text: string, { schema, empty }: Column): JsonValue | undefined {
  return text === "" ? empty : optionValueOf(text, schema);
}

function emptyValue(schema: OptionSchema): JsonValue | undefined {
  const types = typesOf(schema);
  if (types.has("null")) return null;
  const choices = schemasAt(schema).flatMap(choicesOf);
  const needsText = schemasAt(schema).some(({ minLength }) => typeof minLength === "number" && minLength > 0);
  if (needsText || (choices.length > 0 && !choices.includes(""))) return undefined;
  return types.size === 0 || types.has("string") ? "" : undefined;
}

function wrongLength(line: number, count: number, expected: number): RatchetError {
  const fields = count === 1 ? "1 field" : `${count} fields`;
  return new RatchetError("INVALID_INPUT", `line ${line} has ${fields}, and the header has ${expected}.`, {
    remedy: "Put a field that contains the separator in quotes.",
    data: { line },
  });
}
