import fc from "fast-check";
import type { JsonValue } from "../../src/domain/json.ts";

/** Values for `dependencies` of metadata.json, right and wrong ones. */
export function anyDependencies(anything: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  const needed = fc.constantFrom("a", "a b", "a@b", "@a", "", "a\nb", "x".repeat(101));
  const range = fc.oneof(fc.constantFrom("*", "^1.2.0", ">=1.0.0 <2.0.0 || 3.x", "", "1!", " ".repeat(101)), anything);
  const listed = fc.tuple(needed, range).map(([task, of]) => `${task}@${String(of)}`);
  return fc.oneof(fc.dictionary(needed, range), fc.array(fc.oneof(needed, listed, anything)), anything);
}
