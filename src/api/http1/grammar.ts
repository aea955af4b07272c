import { Refusal } from "../http/refusal.ts";

/** A token (RFC 9110, section 5.6.2), as the source of a regular expression. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

const FIELD_NAME = new RegExp(`^${TOKEN}$`);
/** What a field's value must not hold: control characters other than a tab (RFC 9110, section 5.5). */
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Splits a field line into its name and its value, which may still have white space around it.
 * @throws {Refusal} 400 when it does not follow RFC 9112, section 5; continuation lines are refused too (section 5.2)
 */
export function parseField(line: string): { name: string; value: string } {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1);
  if (colon > 0 && FIELD_NAME.test(name) && !FORBIDDEN_IN_VALUE.test(value)) return { name, value };
  throw malformed(`The header line ${shown(line)} is not a name, a colon and a value.`);
}

/** The refusal of bytes that are not HTTP. What follows them on the connection can't be understood either. */
export function malformed(message: string, remedy?: string): Refusal {
  return closing(400, "MALFORMED_REQUEST", message, remedy ?? "Send HTTP/1.1 as RFC 9112 describes it.");
}

/** A refusal after which the connection is closed. */
export function closing(status: number, code: string, message: string, remedy?: string): Refusal {
  return new Refusal(status, code, message, remedy, { connection: "close" });
}

/** The beginning of what was sent, for a message. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
