import type { JsonObject, JsonValue } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";
import { isObject } from "../lib/is-object.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_KEYS, CONFIG_SECTIONS, type ConfigKey, configKeys, variableOf } from "./keys.ts";
import { formatValue, type SettingForm } from "./value-form.ts";

/** Returns a configuration file that lists every key and its default, all commented out. */
export function configExample(): string {
  const lines = [
    "# Configuration of Ratchet. Each key is shown with its default, or with an example if it has no default.",
    "# Your own file is $XDG_CONFIG_HOME/ratchet/config.yaml (or else ~/.config/ratchet/config.yaml), and that of the",
    "# current folder is ./ratchet.yaml. Each of these overrides the previous ones: defaults, your file, the folder's",
    "# file, RATCHET_* environment variables, command-line options.",
  ];
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    lines.push("", `# ${about}`, ...(section === "" ? [] : [`# ${section}:`]));
    let open: string[] = [];
    for (const [key, definition] of configKeys()) {
      const name = nameInExample(key, definition);
      if (sectionOf(name) !== section) continue;
      const steps = name.split(".");
      const groups = steps.slice(0, -1);
      // An inner section starts at its first key. The schema keeps the keys of a section together.
      for (const [depth, group] of groups.entries()) {
        if (depth === 0 || groups.slice(0, depth + 1).join(".") === open.slice(0, depth + 1).join(".")) continue;
        lines.push(`# ${"  ".repeat(depth)}${group}:`);
      }
      open = groups;
      const indent = "  ".repeat(groups.length);
      const { allowedInProject, projectRule = "Not from ./ratchet.yaml." } = definition;
      const limits = allowedInProject === undefined ? "" : ` ${projectRule}`;
      lines.push(`# ${indent}# ${definition.description}${choicesOf(definition.form)}${limits} (${variableOf(key)})`);
      lines.push(
        ...`${indent}${steps.at(-1)}: ${exampleOf(definition)}`.split("\n").map((line, index) => {
          return `# ${index === 0 ? "" : indent}${line}`.trimEnd();
        }),
      );
    }
  }
  lines.push(
    "",
    "# Named variants of all of the above. --profile NAME selects one, which overrides the other settings.",
    "# profiles:",
  );
  lines.push("#   development:", "#     logging:", "#       level: debug");
  return `${lines.join("\n")}\n`;
}

/** Returns the JSON Schema (2020-12) of configuration files. */
export function configSchema(): JsonObject {
  const properties: JsonObject = {};
  for (const [key, definition] of configKeys()) {
    for (const name of [key, ...(definition.aliases ?? [])])
      addKey(properties, name.split("."), keySchema(key, name !== key));
  }
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    const schema = properties[section];
    if (isObject(schema)) schema.description = about;
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Ratchet configuration",
    // A file that contains only comments is null.
    type: ["object", "null"],
    additionalProperties: false,
    properties: {
      ...properties,
      profiles: {
        type: ["object", "null"],
        description: "Named variants, selected with --profile NAME.",
        additionalProperties: { type: ["object", "null"], additionalProperties: false, properties },
      },
    },
  };
}

/** Returns the schema of a key, or of an alias, which has no default of its own. */
function keySchema(key: ConfigKey, isAlias: boolean): JsonObject {
  const { description, form, default: value }: KeyDefinition = CONFIG_KEYS[key];
  return {
    description: `${description} Environment variable: ${variableOf(key)}.`,
    ...formSchema(form),
    ...defined({ default: value === undefined || isAlias ? undefined : written(form, value) }),
  };
}

/** Adds the schema of a key at its path, and creates the sections on the way. */
function addKey(properties: JsonObject, path: readonly string[], schema: JsonObject): void {
  const [step = "", ...rest] = path;
  if (rest.length === 0) {
    properties[step] = schema;
    return;
  }
  addKey(sectionAt(properties, step), rest, schema);
}

/** Returns the properties of a section, which is created if it is missing. A name may be that of a key and of a section. */
function sectionAt(properties: JsonObject, name: string): JsonObject {
  const found = properties[name];
  const [, second] = isObject(found) && Array.isArray(found.anyOf) ? found.anyOf : [undefined, found];
  if (isObject(second) && isObject(second.properties)) return second.properties as JsonObject;
  const inner: JsonObject = {};
  const section: JsonObject = { type: ["object", "null"], additionalProperties: false, properties: inner };
  properties[name] = isObject(found) ? { anyOf: [found, section] } : section;
  return inner;
}

/** Returns the name of a key in the example: that in its section, if it has one next to the short name. */
function nameInExample(key: ConfigKey, { aliases = [] }: KeyDefinition): string {
  return aliases.find((alias) => alias.startsWith(`${key}.`)) ?? key;
}

/** Returns the section of a key, "" for a top-level key. */
function sectionOf(key: string): string {
  const dot = key.indexOf(".");
  return dot === -1 ? "" : key.slice(0, dot);
}

function exampleOf(definition: KeyDefinition): string {
  const { form, default: value, example } = definition;
  return value === undefined || value === "" ? (example ?? '""') : formatValue(form, value);
}

function choicesOf(form: SettingForm): string {
  return form.type === "choice" ? ` One of ${form.choices.join(", ")}.` : "";
}

function formSchema(form: SettingForm): JsonObject {
  switch (form.type) {
    case "duration":
      return { type: "string", pattern: "^(\\d+(\\.\\d+)? ?(ms|s|m|h|d|w) ?)+$", examples: ["300ms", "5s", "1m30s"] };
    case "size":
      return { type: "string", pattern: "^\\d+(\\.\\d+)? ?([bB]|[kKmMgG]([iI]?[bB])?)$", examples: ["512kB", "64MB"] };
    case "integer":
      return { type: "integer", ...defined({ minimum: form.min, maximum: form.max }) };
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { enum: [...form.choices] };
    case "string":
      return { type: "string" };
    case "structure":
      return form.schema;
  }
}

function written(form: SettingForm, value: string | number | boolean): JsonValue {
  return form.type === "duration" || form.type === "size" ? formatValue(form, value) : value;
}
