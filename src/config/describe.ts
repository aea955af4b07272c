import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_SECTIONS, type ConfigKey, configKeys } from "./keys.ts";
import { formatValue, type SettingForm } from "./value-form.ts";

/** A configuration file that names every key with its default, all commented out. */
export function configExample(): string {
  const lines = [
    "# Configuration of Ratchet. Lines with a key show its default, or an example where there is none.",
    "# Yours is read from $XDG_CONFIG_HOME/ratchet/config.yaml (else ~/.config/ratchet/config.yaml), the current",
    "# folder's from ./ratchet.yaml; what comes later counts more: defaults, your file, the folder's file,",
    "# RATCHET_* environment variables, command-line options.",
  ];
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    lines.push("", `# ${about}`, ...(section === "" ? [] : [`# ${section}:`]));
    let open: string[] = [];
    for (const [key, definition] of configKeys()) {
      if (sectionOf(key) !== section) continue;
      const steps = key.split(".");
      const groups = steps.slice(0, -1);
      // Inner sections stand where their first key does; keys of one are together in the schema.
      for (const [depth, group] of groups.entries()) {
        if (depth === 0 || groups.slice(0, depth + 1).join(".") === open.slice(0, depth + 1).join(".")) continue;
        lines.push(`# ${"  ".repeat(depth)}${group}:`);
      }
      open = groups;
      const indent = "  ".repeat(groups.length);
      const { allowedInProject, projectRule = "Not from ./ratchet.yaml." } = definition;
      const limits = allowedInProject === undefined ? "" : ` ${projectRule}`;
      lines.push(`# ${indent}# ${definition.description}${choicesOf(definition.form)}${limits} (${definition.env})`);
      lines.push(
        ...`${indent}${steps.at(-1)}: ${exampleOf(definition)}`.split("\n").map((line, index) => {
          return `# ${index === 0 ? "" : indent}${line}`.trimEnd();
        }),
      );
    }
  }
  lines.push("", "# Named variants of all of the above, chosen with --profile NAME; they count more.", "# profiles:");
  lines.push("#   development:", "#     logging:", "#       level: debug");
  return `${lines.join("\n")}\n`;
}

/** The JSON Schema (2020-12) of configuration files. */
export function configSchema(): JsonObject {
  const properties: JsonObject = {};
  for (const [key, definition] of configKeys()) {
    for (const name of [key, ...(definition.aliases ?? [])])
      addKey(properties, name.split("."), definition, name !== key);
  }
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    const schema = properties[section];
    if (isObject(schema)) schema.description = about;
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Ratchet configuration",
    // A file that is all comments holds null.
    type: ["object", "null"],
    additionalProperties: false,
    properties: {
      ...properties,
      profiles: {
        type: ["object", "null"],
        description: "Named variants, chosen with --profile NAME.",
        additionalProperties: { type: ["object", "null"], additionalProperties: false, properties },
      },
    },
  };
}

/** Puts the schema of a key where its path leads, with the sections on the way. */
function addKey(properties: JsonObject, path: readonly string[], definition: KeyDefinition, isAlias: boolean): void {
  const [step = "", ...rest] = path;
  if (rest.length === 0) {
    properties[step] = {
      description: `${definition.description} Environment variable: ${definition.env}.`,
      ...formSchema(definition.form),
      ...(definition.default === undefined || isAlias ? {} : { default: written(definition.form, definition.default) }),
    };
    return;
  }
  let section = properties[step];
  if (!isObject(section)) {
    section = { type: ["object", "null"], additionalProperties: false, properties: {} };
    properties[step] = section;
  }
  if (isObject(section.properties)) addKey(section.properties, rest, definition, isAlias);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The section that a key belongs to, "" for none. */
function sectionOf(key: ConfigKey): string {
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
      return { type: "string", pattern: "^\\d+(\\.\\d+)? ?(ms|s|m|h|d)$", examples: ["300ms", "5s", "2m"] };
    case "size":
      return { type: "string", pattern: "^\\d+(\\.\\d+)? ?([kKmMgG][iI]?)?[bB]$", examples: ["512kB", "64MB"] };
    case "integer":
      return {
        type: "integer",
        ...(form.min === undefined ? {} : { minimum: form.min }),
        ...(form.max === undefined ? {} : { maximum: form.max }),
      };
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
