/** JSON Schema as TypeScript, as far as the server's own resources use it. */

/** A JSON Schema of the OpenAPI document. */
export interface WrittenSchema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly WrittenSchema[];
  oneOf?: readonly WrittenSchema[];
  items?: WrittenSchema;
  properties?: Readonly<Record<string, WrittenSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | WrittenSchema;
  description?: string;
}

/** Returns the type of the values that a schema accepts. A schema that says nothing accepts `unknown`. */
export function typeOf(schema: WrittenSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeOf).join(" | ");
  if (schema.type === undefined) return schema.properties === undefined ? "unknown" : objectType(schema);
  if (typeof schema.type !== "string") return schema.type.map((type) => namedType(type, schema)).join(" | ");
  return namedType(schema.type, schema);
}

function namedType(type: string, schema: WrittenSchema): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly (${schema.items === undefined ? "unknown" : typeOf(schema.items)})[]`;
    case "object":
      return objectType(schema);
    default:
      throw new Error(`no TypeScript for the type ${JSON.stringify(type)} of a JSON Schema`);
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: WrittenSchema): string {
  const names = Object.keys(properties);
  if (names.length === 0) {
    const value = typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
    return `{ readonly [name: string]: ${value} }`;
  }
  const members = Object.entries(properties).map(([name, member]) => {
    const comment = member.description === undefined ? "" : `/** ${member.description.replaceAll("*/", "* /")} */ `;
    const isRequired = required.includes(name);
    return `${comment}readonly ${JSON.stringify(name)}${isRequired ? "" : "?"}: ${typeOf(member)}${isRequired ? "" : " | undefined"}`;
  });
  return `{ ${members.join("; ")} }`;
}
