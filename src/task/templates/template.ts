/** Files of a new task beside metadata.json, by path. */
export type TemplateFiles = Readonly<Record<string, string>>;

/** A pattern for new tasks. What is made of it passes `validate` and `test`. */
export interface Template {
  /** One line for people who choose. */
  summary: string;
  /** Further fields of metadata.json. */
  metadata?: Readonly<Record<string, unknown>>;
  files(): TemplateFiles;
}

/** JSON as a person would write it into a file. */
export function jsonFile(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** A JSON Schema file for an object that has all these members and no others. */
export function objectSchema(properties: Readonly<Record<string, object>>, optional: readonly string[] = []): string {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return jsonFile({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties,
    required,
    additionalProperties: false,
  });
}
