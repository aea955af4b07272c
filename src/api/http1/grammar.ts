import { defined } from "../../lib/defined.ts";
import { HttpError } from "../http/http-error.ts";

/** A token (RFC 9110, section 5.6.2), as the source of a regular expression. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

const FIELD_NAME = new RegExp(`^${TOKEN}$`);
/** A field's value must not contain control characters other than a tab (RFC 9110, section 5.5). */
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Splits a field line into its name and its value, which may be surrounded by white space.
 * @throws {HttpError} 400 if it does not follow RFC 9112, section 5, and for continuation lines (section 5.2)
 */
export function parseField(line: string): { name: string; value: string } {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1);
  if (colon > 0 && FIELD_NAME.test(name) && !FORBIDDEN_IN_VALUE.test(value)) return { name, value };
  throw malformed(`The header line ${shown(line)} is not a name, a colon and a value.`);
}

/** Creates the HTTP error for bytes that are not HTTP. What follows them can't be parsed either. */
export function malformed(message: string, remedy?: string): HttpError {
  return closing(400, "MALFORMED_REQUEST", message, remedy ?? "Send HTTP/1.1 as RFC 9112 describes it.");
}

/** Creates an HTTP error after which the connection is closed. */
export function closing(status: number, code: string, message: string, remedy?: string): HttpError {
  return new HttpError(status, code, message, { ...defined({ remedy }), headers: { connection: "close" } });
}

/** Returns the beginning of a text that was sent, quoted, for a message. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
