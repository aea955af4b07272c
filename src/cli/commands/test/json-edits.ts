import type { JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { isMatcher } from "../../../lib/matchers.ts";

/** One change of a JSON text. */
export interface JsonEdit {
  path: (string | number)[];
  /** Undefined removes the member or the item. */
  value: JsonValue | undefined;
  /** Insert an item into a list, instead of replacing the one at this place. */
  isInsertion?: true;
}

interface EditOptions {
  path: (string | number)[];
  /** Members that are not expected are not added, and matchers stay as they are. */
  isPartial: boolean;
}

/** Finds the smallest changes that turn an expected value into the actual one, in the order in which they apply. */
export function jsonEdits(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  options: EditOptions,
): { edits: JsonEdit[]; value: JsonValue | undefined } {
  const { path, isPartial } = options;
  const inner = (step: string | number) => ({ path: [...path, step], isPartial });
  if (expected === actual || (isPartial && isMatcher(expected))) return { edits: [], value: expected };
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const items = actual.map((item, index) =>
      index < expected.length
        ? jsonEdits(expected[index], item, inner(index))
        : { edits: [{ ...inner(index), value: item, isInsertion: true } as JsonEdit], value: item },
    );
    // From the end, because a removal moves everything after it.
    const removed = expected.slice(actual.length).map((_, index) => actual.length + index);
    const removals = removed.reverse().map((index): JsonEdit => ({ path: inner(index).path, value: undefined }));
    return {
      edits: [...items.flatMap(({ edits }) => edits), ...removals],
      value: items.map(({ value }) => value ?? null),
    };
  }
  if (!isObject(expected) || !isObject(actual)) return { edits: [{ path, value: actual }], value: actual };
  const edits: JsonEdit[] = [];
  // Removals come last, so that an object never becomes empty in between and loses its form.
  const removals: JsonEdit[] = [];
  const value: Record<string, JsonValue> = Object.create(null);
  for (const name of new Set([...Object.keys(expected), ...(isPartial ? [] : Object.keys(actual))])) {
    const before = Object.hasOwn(expected, name) ? expected[name] : undefined;
    const after = Object.hasOwn(actual, name) ? actual[name] : undefined;
    const member =
      before === undefined
        ? { edits: [{ path: inner(name).path, value: after }], value: after }
        : jsonEdits(before, after, inner(name));
    if (member.value === undefined) removals.push(...member.edits);
    else edits.push(...member.edits);
    if (member.value !== undefined) value[name] = member.value;
  }
  return { edits: [...edits, ...removals], value: { ...value } };
}
