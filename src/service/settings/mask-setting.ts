import type { KeyDefinition } from "../../config/key-definition.ts";
import { type ConfigValue, formatValue } from "../../config/value-form.ts";
import type { JsonValue } from "../../domain/json.ts";
import { secretFieldKind } from "../../execution/recording/secret-names.ts";
import { isObject } from "../../lib/is-object.ts";

/** What is shown in place of a secret. */
const MASK = "***";

/** Name and password of a URL. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"@]*(?:@[^\s/?#"@]*)*@/gi;

/** A query of a URL, whose parameters may be credentials. */
const QUERY = /([a-z][a-z0-9+.-]*:\/\/[^\s?#"]*\?)[^\s#"]+/gi;

/**
 * Formats the value of a setting without secrets: a key whose value is secret shows nothing of it, and of all others the
 * user names, passwords and queries of URLs and the members with the name of a secret are replaced.
 */
export function maskSetting({ form, secret }: KeyDefinition, value: ConfigValue): string {
  if (form.type === "structure" && typeof value === "object") {
    const written = form.write(value);
    return JSON.stringify(secret === true ? maskAll(written) : maskJson(written));
  }
  const text = formatValue(form, value);
  if (secret === true && text !== "") return MASK;
  return form.type === "string" || form.type === "structure" ? maskUrls(text) : text;
}

function maskUrls(text: string): string {
  return text.replace(USER_INFO, `$1${MASK}@`).replace(QUERY, `$1${MASK}`);
}

function maskJson(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskUrls(value);
  if (Array.isArray(value)) return value.map(maskJson);
  if (!isObject(value)) return value;
  const members = Object.entries(value as Record<string, JsonValue>);
  return Object.fromEntries(
    members.map(([name, member]) => [name, secretFieldKind(name) === undefined ? maskJson(member) : maskAll(member)]),
  );
}

/** Replaces all texts, and keeps the structure: it says how many there are. */
function maskAll(value: JsonValue): JsonValue {
  if (typeof value === "string") return MASK;
  if (Array.isArray(value)) return value.map(maskAll);
  if (!isObject(value)) return value;
  const members = Object.entries(value as Record<string, JsonValue>);
  return Object.fromEntries(members.map(([name, member]) => [name, maskAll(member)]));
}
