import type { JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { type KeywordCompiler, keyword, type SchemaContext } from "../context.ts";
import type { Check, Scope } from "../evaluation.ts";
import type { Resource } from "../resource.ts";

export const reference: KeywordCompiler = (context) => {
  const target = resolveKeyword(context, "$ref");
  return target === undefined ? undefined : context.inPlace(target.schema);
};

/** `$dynamicRef` (2020-12): refers to the outermost resource in the dynamic scope that has the dynamic anchor. */
export const dynamicReference: KeywordCompiler = (context) => {
  const target = context.draft === 2020 ? resolveKeyword(context, "$dynamicRef") : undefined;
  if (target === undefined) return undefined;
  const { schema, resource, fragment } = target;
  if (!isObject(schema) || resource.dynamicAnchors.get(fragment) !== schema) return context.inPlace(schema);
  return dynamic(context, schema, (candidate) => candidate.dynamicAnchors.get(fragment));
};

/** `$recursiveRef` (2019-09): refers to the outermost resource in the dynamic scope with `$recursiveAnchor: true`. */
export const recursiveReference: KeywordCompiler = (context) => {
  const target = context.draft === 2019 ? resolveKeyword(context, "$recursiveRef") : undefined;
  if (target === undefined) return undefined;
  if (!target.resource.isRecursive) return context.inPlace(target.schema);
  return dynamic(context, target.schema, (candidate) => (candidate.isRecursive ? candidate.root : undefined));
};

/** Selects the schema during validation. Each candidate is compiled once. */
function dynamic(
  context: SchemaContext,
  initial: JsonValue,
  find: (resource: Resource) => JsonValue | undefined,
): Check {
  const compiled = new Map<JsonValue, Check>();
  return (value, evaluation, evaluated) => {
    let target = initial;
    for (let scope: Scope | undefined = evaluation.scope; scope !== undefined; scope = scope.outer) {
      target = find(scope.resource) ?? target;
    }
    const check = compiled.get(target) ?? context.child(target);
    compiled.set(target, check);
    return check(value, evaluation, evaluated);
  };
}

function resolveKeyword(context: SchemaContext, name: string) {
  const value = keyword(context, name);
  if (value === undefined) return undefined;
  if (typeof value === "string") return context.resolve(value, name);
  context.wrong(name, "must be a string", 'Write a reference such as "#/$defs/name".');
  return undefined;
}
