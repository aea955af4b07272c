/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The value of a field: undefined if it is left out. */
export type FieldValue = Json | undefined;

/** Returns true for a JSON object, which is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns true for a JSON array. */
export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Returns true if two values are the same JSON value, whatever the order of members. */
export function isSame(one: FieldValue, other: FieldValue): boolean {
  if (one === other) return true;
  if (isArray(one) && isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** Returns the member of a JSON object with a name, which may be that of an inherited one, such as "constructor". */
export function memberOf(value: FieldValue, name: string): FieldValue {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Returns a JSON pointer (RFC 6901) to a part of what another pointer points to. */
export function pointerTo(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
