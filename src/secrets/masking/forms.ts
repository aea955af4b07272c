import { base64Forms } from "./base64-forms.ts";
import { SHORTEST_FOUND } from "./finder.ts";
import type { SecretForm } from "./secret-form.ts";
import { urlForms } from "./url-forms.ts";

/**
 * Returns true if a value has fewer than 8 characters: it is masked only where a string is the whole value, because it may be
 * part of ordinary words.
 */
export function isShort(value: string): boolean {
  return value.length < 2 * SHORTEST_FOUND && [...value].length < SHORTEST_FOUND;
}

/** Returns the form inside a JSON string, without quotes. */
export function jsonForm(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/**
 * Returns the forms of a value in JSON as `JSON.stringify` writes it (also nested), in the console, in URLs, forms and base64. Forms that are equal to
 * earlier ones are left out.
 */
export function secretForms(value: string): SecretForm[] {
  const seen = new Set<string>();
  return allForms(value).filter(({ text }) => {
    if (text.length < SHORTEST_FOUND || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** A value that is the same everywhere, except in base64. */
const PLAIN = /^[\w.-]+$/;

/** Longer values are not looked for in base64 and URLs: their forms would fill the memory. */
const LONGEST_WITH_ALL_FORMS = 128 * 1024;

function allForms(value: string): SecretForm[] {
  const json = jsonForm(value);
  if (value.length > LONGEST_WITH_ALL_FORMS)
    return [
      { id: "json", text: json },
      { id: "raw", text: value },
    ];
  // In the name of a host, it is in lower case.
  if (PLAIN.test(value))
    return [{ id: "json", text: json }, ...base64Forms("", value), { id: "host", text: value.toLowerCase() }];
  const forms: SecretForm[] = [...jsonForms(value), ...urlForms(value), ...base64Forms("", value)];
  if (json !== value) forms.push(...base64Forms("json-", json));
  // Tasks often trim what they read, and headers are trimmed anyway.
  const trimmed = value.trim();
  if (trimmed !== value && !isShort(trimmed)) {
    for (const { id, text } of allForms(trimmed)) forms.push({ id: `trimmed-${id}`, text });
  }
  return forms;
}

function jsonForms(value: string): SecretForm[] {
  const json = jsonForm(value);
  return [
    { id: "json", text: json },
    { id: "raw", text: value },
    { id: "json2", text: jsonForm(json) },
    { id: "json3", text: jsonForm(jsonForm(json)) },
    // The console writes strings in quotes of another kind if they contain the usual one.
    { id: "double", text: json.replaceAll('\\"', '"') },
    { id: "lines", text: value.replaceAll("\r\n", "\n") },
  ];
}
