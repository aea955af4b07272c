import type { JsonValue } from "../../domain/json.ts";
import type { SchemaViolation } from "../../domain/task.ts";
import { pointerStep } from "../json-file.ts";
import type { Evaluated } from "./evaluated.ts";
import type { Resource } from "./resource.ts";

/** A compiled schema or keyword. `evaluated` is set if an unevaluated* keyword needs to know what was evaluated. */
export type Check = (value: JsonValue, evaluation: Evaluation, evaluated: Evaluated | undefined) => boolean;

/** Resources on the path of a check, innermost first: the dynamic scope of `$dynamicRef` and `$recursiveRef`. */
export interface Scope {
  readonly resource: Resource;
  readonly outer: Scope | undefined;
}

/** State of one validation, which either stops at the first violation or collects all of them. */
export interface Evaluation {
  /** Violations found so far; `undefined` if only validity matters. */
  violations: SchemaViolation[] | undefined;
  /** Path to the current value. Only maintained while collecting. */
  readonly path: (string | number)[];
  scope: Scope | undefined;
  /** Number of schemas currently nested. */
  depth: number;
  /** Number of schemas and items evaluated so far. */
  steps: number;
  /** Maximum number of steps. It rises for large values. */
  maxSteps: number;
  /** Measures the value when `maxSteps` is reached, because large values may use more steps; undefined afterwards. */
  sizeOf: (() => number) | undefined;
  /** True while one alternative is examined for messages. Nested alternatives are then not examined. */
  inAlternative: boolean;
}

/** Maximum number of violations reported for one value. */
export const MAX_VIOLATIONS = 100;
/** Maximum number of nested schemas. More might overflow the stack. */
export const MAX_DEPTH = 2_000;

/** Stops a validation that would take too long or nest too deeply. The value is invalid, and this is the reason. */
export class ValidationAborted extends Error {}

/**
 * Records a violation of the current value if violations are collected. Always returns false, for checks to return.
 * @param message a function is only called if the violation is recorded
 */
export function violated(evaluation: Evaluation, message: string | (() => string)): false {
  const { violations, path } = evaluation;
  if (violations !== undefined && violations.length < MAX_VIOLATIONS) {
    const text = typeof message === "string" ? message : message();
    violations.push({ pointer: path.map(pointerStep).join(""), message: text });
  }
  return false;
}

/** Steps allowed for any value, however small. A step takes less than 100 ns. */
const BASE_STEPS = 1_000_000;
/** Additional steps per part of a value: more than the number of schemas that usually apply to a part. */
const STEPS_PER_PART = 30;
/** Maximum number of steps for any value. */
const MOST_STEPS = 200_000_000;
/** Minimum number of characters per part in the JSON text of a value, including separators. */
const CHARACTERS_PER_PART = 2;

/** Limits the work of a validation. */
export interface StepLimit {
  /** Maximum number of steps, regardless of the value's size. @default depends on the size of the value */
  maxSteps?: number;
  /** Length of the value's JSON text, if known. Otherwise the value is measured when needed. */
  textLength?: number;
}

/** Creates the state for validating a value. */
export function newEvaluation(
  value: JsonValue,
  violations: SchemaViolation[] | undefined,
  { maxSteps, textLength }: StepLimit = {},
): Evaluation {
  const measure = () => (textLength === undefined ? sizeOf(value) : textLength / CHARACTERS_PER_PART);
  return {
    violations,
    path: [],
    scope: undefined,
    depth: 0,
    steps: 0,
    maxSteps: maxSteps ?? BASE_STEPS,
    sizeOf: maxSteps === undefined ? measure : undefined,
    inAlternative: false,
  };
}

/**
 * Counts steps. Regular expressions and comparisons count by length. Harmless-looking references alone can double the
 * work with every level of the value, so there must be a limit.
 * @throws {ValidationAborted}
 */
export function spend(evaluation: Evaluation, steps: number): void {
  evaluation.steps += steps;
  if (evaluation.steps <= evaluation.maxSteps) return;
  if (evaluation.sizeOf !== undefined) {
    evaluation.maxSteps = Math.min(MOST_STEPS, BASE_STEPS + STEPS_PER_PART * evaluation.sizeOf());
    evaluation.sizeOf = undefined;
  }
  if (evaluation.steps > evaluation.maxSteps) {
    throw new ValidationAborted("takes too many steps to check against the schema: make the schema simpler");
  }
}

/** Counts the values inside a value, weighting long strings, until the count exceeds every limit. Not recursive. */
function sizeOf(value: JsonValue): number {
  const open: JsonValue[] = [value];
  let size = 0;
  for (let next = open.pop(); next !== undefined && size * STEPS_PER_PART < MOST_STEPS; next = open.pop()) {
    size += 1;
    if (typeof next === "string") size += next.length / 16;
    else if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (typeof next === "object" && next !== null) for (const member of Object.values(next)) open.push(member);
  }
  return size;
}

/** Applies a check to a member or an item and maintains the path. */
export function applyTo(check: Check, key: string | number, value: JsonValue, evaluation: Evaluation): boolean {
  if (evaluation.violations === undefined) return check(value, evaluation, undefined);
  evaluation.path.push(key);
  const valid = check(value, evaluation, undefined);
  evaluation.path.pop();
  return valid;
}

/** Runs a check without recording violations. */
export function passes(
  check: Check,
  value: JsonValue,
  evaluation: Evaluation,
  evaluated: Evaluated | undefined,
): boolean {
  const { violations } = evaluation;
  evaluation.violations = undefined;
  const valid = check(value, evaluation, evaluated);
  evaluation.violations = violations;
  return valid;
}
