import { RatchetError } from "../domain/errors.ts";
import type { JsonValue } from "../domain/json.ts";
import { jsonText, RawJson } from "../domain/raw-json.ts";

/**
 * Returns the JSON text of an input that was parsed from JSON. A number such as 1e400 was parsed as Infinity and would
 * silently become null.
 * @param pointer location of the input in the request
 * @throws {RatchetError} INVALID_INPUT for a number that is too large
 */
export function inputToJson(input: JsonValue, pointer = ""): string {
  const text = jsonText(input);
  // Only a text that contains null can have lost a number.
  const lost = text.includes("null") ? findInfinite(input, pointer) : undefined;
  if (lost === undefined) return text;
  const message = "is a number beyond 1.8e308, the largest possible";
  throw new RatchetError("INVALID_INPUT", `The input cannot be passed on: ${lost || "it"} ${message}.`, {
    data: { violations: [{ pointer: lost, message }], count: 1 },
    remedy: "Send it as a string, or as a smaller number.",
  });
}

/** Returns a pointer to the first infinite number. Not recursive, because inputs may be nested deeply. */
function findInfinite(input: JsonValue, pointer: string): string | undefined {
  const open: { value: JsonValue; pointer: string }[] = [{ value: input, pointer }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, pointer: at } = next;
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return at;
    if (typeof value !== "object" || value === null || (value as unknown) instanceof RawJson) continue;
    for (const [name, child] of Object.entries(value)) {
      open.push({ value: child, pointer: `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` });
    }
  }
  return undefined;
}
