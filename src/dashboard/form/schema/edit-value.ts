import { isValid } from "./check-value.ts";
import type { Alternative, Member } from "./field.ts";
import { initialObject, initialValue } from "./initial-value.ts";
import { type FieldValue, isArray, isObject, isSame, type Json, type JsonObject, memberOf } from "./json.ts";
import { readField } from "./read-field.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** An object of the form whose member changes. */
export interface EditedObject {
  scope: SchemaScope;
  schema: Json;
  value: FieldValue;
  /** Whether it has to be there even without members. */
  isRequired: boolean;
}

/**
 * Returns an object after a member has changed. A new object gets its constants and defaults; an object that may be left
 * out is, once nothing of the reader's is in it; members whose condition is no longer met are removed.
 * @param member its new value; undefined leaves it out
 */
export function setMember(edited: EditedObject, name: string, member: FieldValue): FieldValue {
  const { scope, schema, value, isRequired } = edited;
  const start = initialObject(scope, schema);
  const before = isObject(value) ? value : start;
  const next: Record<string, Json> = { ...before };
  if (member === undefined) delete next[name];
  else next[name] = member;
  const changed = withoutStale(scope, schema, before, next);
  if (!isRequired && member === undefined && hasNothingNew(changed, start)) return undefined;
  return changed;
}

function hasNothingNew(value: JsonObject, start: JsonObject): boolean {
  return Object.entries(value).every(([name, member]) => isSame(member, memberOf(start, name)));
}

/** Removes members that the form showed before a change and does not show any more, and fills in new constants. */
function withoutStale(scope: SchemaScope, schema: Json, before: JsonObject, next: JsonObject): JsonObject {
  const shownBefore = membersFor(scope, schema, before);
  const shown = membersFor(scope, schema, next);
  const names = new Set(shown.map(({ name }) => name));
  const known = new Set(shownBefore.map(({ name }) => name));
  const kept = Object.entries(next).filter(([name]) => names.has(name) || !known.has(name));
  const added = shown
    .filter(({ name }) => !known.has(name) && !Object.hasOwn(next, name))
    .flatMap(({ name, schema: part, isRequired }) => {
      const value = initialValue(scope, part, isRequired);
      return value === undefined ? [] : [[name, value] as const];
    });
  return withConstants(scope, shown, Object.fromEntries([...kept, ...added]));
}

function membersFor(scope: SchemaScope, schema: Json, value: JsonObject): readonly Member[] {
  const field = readField(scope, schema, value);
  return field.kind === "object" ? field.members : [];
}

/** `const` members fill themselves, also in objects that came from elsewhere. */
function withConstants(scope: SchemaScope, members: readonly Member[], value: JsonObject): JsonObject {
  const filled: Record<string, Json> = { ...value };
  for (const { name, schema } of members) {
    const field = readField(scope, schema, undefined);
    if (field.kind === "constant" && !Object.hasOwn(filled, name)) filled[name] = field.value;
  }
  return filled;
}

/**
 * Returns the value after another alternative was chosen. Simple members that both have are kept; larger ones might
 * bring parts along that the new form does not show.
 */
export function chooseAlternative(scope: SchemaScope, { schema }: Alternative, value: FieldValue): FieldValue {
  const start = initialValue(scope, schema, true);
  if (!isObject(start) || !isObject(value)) return start;
  const kept = membersFor(scope, schema, start).filter((member) => {
    const old = memberOf(value, member.name);
    return old !== undefined && !isObject(old) && !isArray(old) && isValid(scope, member.schema, old);
  });
  return { ...start, ...Object.fromEntries(kept.map(({ name }) => [name, value[name] as Json])) };
}

/** Returns a list without an item. */
export function removeItem(items: readonly Json[], index: number): readonly Json[] {
  return items.toSpliced(index, 1);
}

/** Returns a list in which an item is at another place. */
export function moveItem(items: readonly Json[], from: number, to: number): readonly Json[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}
