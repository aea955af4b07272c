import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_SECTIONS, type ConfigKey, configKeys } from "./keys.ts";
import { formatValue, type ValueForm } from "./value-form.ts";

/** A configuration file that names every key with its default, all commented out. */
export function configExample(): string {
  const lines = [
    "# Configuration of Ratchet. Lines with a key show its default, or an example where there is none.",
    "# Yours is read from $XDG_CONFIG_HOME/ratchet/config.yaml (else ~/.config/ratchet/config.yaml), the current",
    "# folder's from ./ratchet.yaml; what comes later counts more: defaults, your file, the folder's file,",
    "# RATCHET_* environment variables, command-line options.",
  ];
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    const keys = configKeys().filter(([key]) => sectionOf(key) === section);
    const indent = section === "" ? "" : "  ";
    lines.push("", `# ${about}`, ...(section === "" ? [] : [`# ${section}:`]));
    for (const [key, definition] of keys) {
      const name = section === "" ? key : key.slice(section.length + 1);
      const limits = definition.allowedInProject === undefined ? "" : " Not from ./ratchet.yaml.";
      lines.push(`# ${indent}# ${definition.description}${choicesOf(definition.form)}${limits} (${definition.env})`);
      lines.push(`# ${indent}${name}: ${exampleOf(definition)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The JSON Schema (2020-12) of configuration files. */
export function configSchema(): JsonObject {
  const root: JsonObject = {};
  for (const [section, about] of Object.entries(CONFIG_SECTIONS)) {
    const properties: JsonObject = section === "" ? root : {};
    for (const [key, definition] of configKeys()) {
      if (sectionOf(key) !== section) continue;
      properties[section === "" ? key : key.slice(section.length + 1)] = {
        description: `${definition.description} Environment variable: ${definition.env}.`,
        ...formSchema(definition.form),
        ...(definition.default === undefined ? {} : { default: written(definition.form, definition.default) }),
      };
    }
    if (section !== "") {
      root[section] = { type: ["object", "null"], description: about, additionalProperties: false, properties };
    }
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Ratchet configuration",
    type: "object",
    additionalProperties: false,
    properties: root,
  };
}

/** The section that a key belongs to, "" for none. */
function sectionOf(key: ConfigKey): string {
  const dot = key.indexOf(".");
  return dot === -1 ? "" : key.slice(0, dot);
}

function exampleOf(definition: KeyDefinition): string {
  const { form, default: value, example } = definition;
  return value === undefined ? (example ?? '""') : formatValue(form, value);
}

function choicesOf(form: ValueForm): string {
  return form.type === "choice" ? ` One of ${form.choices.join(", ")}.` : "";
}

function formSchema(form: ValueForm): JsonObject {
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
  }
}

function written(form: ValueForm, value: string | number | boolean): JsonValue {
  return form.type === "duration" || form.type === "size" ? formatValue(form, value) : value;
}
