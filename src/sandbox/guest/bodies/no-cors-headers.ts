import { parseMimeType } from "./mime-type.ts";

const MAX_VALUE = 128;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the standard's unsafe bytes
const UNSAFE = /[\0-\x08\x0a-\x1f"():<>?@[\\\]{}\x7f]/;
const LANGUAGE = /^[0-9A-Za-z *,\-.;=]*$/;
const TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/** https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header. Without a value only the name counts. */
export function isSafelisted(name: string, value: string | undefined): boolean {
  if (!["accept", "accept-language", "content-language", "content-type"].includes(name)) return false;
  if (value === undefined) return true;
  if (value.length > MAX_VALUE) return false;
  if (name === "accept") return !UNSAFE.test(value);
  if (name !== "content-type") return LANGUAGE.test(value);
  return !UNSAFE.test(value) && TYPES.includes(parseMimeType(value)?.essence ?? "");
}
