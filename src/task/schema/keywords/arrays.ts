import type { JsonValue } from "../../../domain/json.ts";
import { itemAt } from "../../../lib/lazy-json.ts";
import { countKeyword, type KeywordCompiler, keyword, type SchemaContext } from "../context.ts";
import { DistinctTexts } from "../distinct-texts.ts";
import { applyTo, type Check, passes, spend, violated } from "../evaluation.ts";
import { fingerprint } from "../same-value.ts";

export const itemCounts: KeywordCompiler = (context) => {
  const min = countKeyword(context, "minItems");
  const max = countKeyword(context, "maxItems");
  if (min === undefined && max === undefined) return undefined;
  return (value, evaluation) => {
    if (!Array.isArray(value)) return true;
    if (min !== undefined && value.length < min)
      return violated(evaluation, () => `must have at least ${itemCount(min)}`);
    if (max !== undefined && value.length > max)
      return violated(evaluation, () => `must have at most ${itemCount(max)}`);
    return true;
  };
};

export const uniqueItems: KeywordCompiler = (context) => {
  const unique = keyword(context, "uniqueItems");
  if (unique !== undefined && typeof unique !== "boolean") {
    context.wrong("uniqueItems", "must be true or false", "Write true or false.");
  }
  if (unique !== true) return undefined;
  return (value, evaluation) => {
    if (!Array.isArray(value)) return true;
    const seen = new DistinctTexts();
    const printOf = (index: number) => fingerprint(itemOf(value, index), evaluation);
    for (let index = 0; index < value.length; index++) {
      if (!seen.add(printOf(index), printOf)) continue;
      return violated(evaluation, () => `must not have duplicate items, but the item at ${index} is a duplicate`);
    }
    return true;
  };
};

/** `prefixItems` and `items`; before 2020-12 `items` (a schema or a list of schemas) and `additionalItems`. */
export const items: KeywordCompiler = (context) => {
  const { leading, rest } = itemSchemas(context);
  if (leading.length === 0 && rest === undefined) return undefined;
  const first = leading.map((schema) => context.child(schema));
  const others = rest === undefined ? undefined : context.child(rest);
  const forbidden = rest === false;
  return (value, evaluation, evaluated) => {
    if (!Array.isArray(value)) return true;
    let valid = true;
    for (let index = 0; index < value.length; index++) {
      const check = first[index] ?? others;
      if (check === undefined) break;
      const item = itemOf(value, index);
      spend(evaluation, 1);
      if (forbidden && index >= first.length) {
        valid = violated(evaluation, () => `must not have more than ${itemCount(first.length)}`);
        break;
      }
      if (applyTo(check, index, item, evaluation)) continue;
      valid = false;
      if (evaluation.violations === undefined) return false;
    }
    if (evaluated !== undefined) {
      evaluated.leadingItems = Math.max(evaluated.leadingItems, first.length);
      if (others !== undefined) evaluated.allItems = true;
    }
    return valid;
  };
};

function itemSchemas(context: SchemaContext): { leading: readonly JsonValue[]; rest: JsonValue | undefined } {
  const items = keyword(context, "items");
  if (context.draft === 2020) {
    const prefix = keyword(context, "prefixItems");
    return { leading: Array.isArray(prefix) ? prefix : [], rest: items };
  }
  if (Array.isArray(items)) return { leading: items, rest: keyword(context, "additionalItems") };
  return { leading: [], rest: items };
}

/** `contains` with `minContains` and `maxContains`. */
export const contains: KeywordCompiler = (context) => {
  const schema = context.draft < 6 ? undefined : keyword(context, "contains");
  const counted = context.draft >= 2019;
  const min = (counted ? countKeyword(context, "minContains") : undefined) ?? 1;
  const max = (counted ? countKeyword(context, "maxContains") : undefined) ?? Number.POSITIVE_INFINITY;
  if (schema === undefined) return undefined;
  const check = context.child(schema);
  // In 2019-09, items that match here still count as unevaluated.
  const marks = context.draft === 2020;
  return (value, evaluation, evaluated) => {
    if (!Array.isArray(value)) return true;
    let found = 0;
    for (let index = 0; index < value.length; index++) {
      spend(evaluation, 1);
      if (!passes(check, itemOf(value, index), evaluation, undefined)) continue;
      found++;
      if (marks) evaluated?.items.add(index);
      if (found >= min && max === Number.POSITIVE_INFINITY && evaluated === undefined) break;
    }
    if (found < min) return violated(evaluation, () => `must contain at least ${itemCount(min)} that match "contains"`);
    if (found > max) return violated(evaluation, () => `must contain at most ${itemCount(max)} that match "contains"`);
    return true;
  };
};

/** Applies `unevaluatedItems` to the items that no other keyword has evaluated. */
export function unevaluatedItems(context: SchemaContext): Check | undefined {
  const schema = context.draft < 2019 ? undefined : keyword(context, "unevaluatedItems");
  if (schema === undefined) return undefined;
  const check = context.child(schema);
  return (value, evaluation, evaluated) => {
    if (!Array.isArray(value) || evaluated === undefined || evaluated.allItems) return true;
    let valid = true;
    for (let index = evaluated.leadingItems; index < value.length; index++) {
      spend(evaluation, 1);
      if (evaluated.items.has(index)) continue;
      if (applyTo(check, index, itemOf(value, index), evaluation)) continue;
      valid = false;
      if (evaluation.violations === undefined) return false;
    }
    evaluated.allItems = true;
    return valid;
  };
}

function itemOf(list: readonly JsonValue[], index: number): JsonValue {
  return (itemAt(list, index) ?? null) as JsonValue;
}

function itemCount(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
