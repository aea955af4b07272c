import type { JsonValue } from "../../../domain/json.ts";
import type { SchemaViolation } from "../../../domain/task.ts";
import { pointerStep } from "../../json-file.ts";
import { type KeywordCompiler, keyword, type SchemaContext } from "../context.ts";
import { addEvaluated, type Evaluated, newEvaluated } from "../evaluated.ts";
import { type Check, type Evaluation, passes, violated } from "../evaluation.ts";

export const allOf: KeywordCompiler = (context) => {
  const checks = alternatives(context, "allOf");
  if (checks.length === 0) return undefined;
  return (value, evaluation, evaluated) => {
    let valid = true;
    for (const check of checks) {
      if (check(value, evaluation, evaluated)) continue;
      valid = false;
      if (evaluation.violations === undefined) return false;
    }
    return valid;
  };
};

export const anyOf: KeywordCompiler = (context) => {
  const checks = alternatives(context, "anyOf");
  if (checks.length === 0) return undefined;
  return (value, evaluation, evaluated) => {
    let valid = false;
    for (const check of checks) {
      // The other alternatives' annotations count, too, if an unevaluated* keyword needs them.
      if (tries(check, value, evaluation, evaluated)) valid = true;
      if (valid && evaluated === undefined) return true;
    }
    return (
      valid || explain(checks, value, evaluation, `must match one of the ${checks.length} alternatives of "anyOf"`)
    );
  };
};

export const oneOf: KeywordCompiler = (context) => {
  const checks = alternatives(context, "oneOf");
  if (checks.length === 0) return undefined;
  return (value, evaluation, evaluated) => {
    let fitting = 0;
    for (const check of checks) {
      if (tries(check, value, evaluation, evaluated)) fitting++;
      if (fitting > 1)
        return violated(evaluation, `must match exactly one alternative of "oneOf", but matches several`);
    }
    return (
      fitting === 1 ||
      explain(checks, value, evaluation, `must match one of the ${checks.length} alternatives of "oneOf"`)
    );
  };
};

export const not: KeywordCompiler = (context) => {
  const schema = keyword(context, "not");
  if (schema === undefined) return undefined;
  const check = context.inPlace(schema);
  return (value, evaluation) =>
    // Keywords inside "not" may use annotations, but "not" passes none on.
    !passes(check, value, evaluation, undefined) || violated(evaluation, 'must not match the schema in "not"');
};

/** `if` with `then` and `else`. */
export const condition: KeywordCompiler = (context) => {
  const schema = context.draft < 7 ? undefined : keyword(context, "if");
  if (schema === undefined) return undefined;
  const check = context.inPlace(schema);
  const [thenSchema, elseSchema] = [keyword(context, "then"), keyword(context, "else")];
  const then = thenSchema === undefined ? undefined : context.inPlace(thenSchema);
  const otherwise = elseSchema === undefined ? undefined : context.inPlace(elseSchema);
  return (value, evaluation, evaluated) => {
    const next = tries(check, value, evaluation, evaluated) ? then : otherwise;
    return next === undefined || next(value, evaluation, evaluated);
  };
};

function alternatives(context: SchemaContext, name: string): Check[] {
  const schemas = keyword(context, name);
  return Array.isArray(schemas) ? schemas.map((schema) => context.inPlace(schema)) : [];
}

/** Runs a check without recording violations. Its annotations only count if the value is valid. */
function tries(check: Check, value: JsonValue, evaluation: Evaluation, evaluated: Evaluated | undefined): boolean {
  if (evaluated === undefined) return passes(check, value, evaluation, undefined);
  const local = newEvaluated();
  const valid = passes(check, value, evaluation, local);
  if (valid) addEvaluated(evaluated, local);
  return valid;
}

/**
 * Reports why no alternative matches. If only one of them seems to be intended (it matches the value itself, and the
 * violations are deeper), its violations are reported, too. Only the outermost alternatives are examined like this:
 * with nested ones the work would multiply.
 */
function explain(checks: readonly Check[], value: JsonValue, evaluation: Evaluation, message: string): false {
  const { violations, inAlternative, path } = evaluation;
  if (violations === undefined) return false;
  if (inAlternative || checks.length > 20) return violated(evaluation, message);
  const here = path.map(pointerStep).join("");
  const meant: SchemaViolation[][] = [];
  evaluation.inAlternative = true;
  for (const check of checks) {
    const own: SchemaViolation[] = [];
    evaluation.violations = own;
    check(value, evaluation, undefined);
    if (own.length > 0 && own.every(({ pointer }) => pointer !== here)) meant.push(own);
  }
  evaluation.inAlternative = false;
  evaluation.violations = violations;
  violated(evaluation, message);
  if (meant.length === 1) violations.push(...(meant[0] ?? []));
  return false;
}
