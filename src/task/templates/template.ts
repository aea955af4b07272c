/** Files of a new task besides metadata.json, by path. */
export type TemplateFiles = Readonly<Record<string, string>>;

/** A template for new tasks. The generated tasks pass `validate` and `test`. */
export interface Template {
  /** One line that describes the template. */
  summary: string;
  /** Additional fields of metadata.json. */
  metadata?: Readonly<Record<string, unknown>>;
  files(): TemplateFiles;
}

/** Formats JSON for a file. */
export function jsonFile(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Creates a JSON Schema file for an object with exactly these members. */
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
