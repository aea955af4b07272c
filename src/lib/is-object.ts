/**
 * Is the value an object with named members, as JSON means it? Arrays, null and functions are not. A `JsonValue` is
 * narrowed to a `JsonObject`.
 *
 * The web's standards also count arrays and functions as objects; see `isObjectOrFunction` in `sandbox/guest/webidl.ts`.
 */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
