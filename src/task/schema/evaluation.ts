import type { JsonValue } from "../../domain/json.ts";
import type { SchemaViolation } from "../../domain/task.ts";
import { pointerStep } from "../json-file.ts";
import type { Evaluated } from "./evaluated.ts";
import type { Resource } from "./resource.ts";

/** A compiled schema or keyword. `evaluated` is there when an unevaluated* keyword wants to know what was looked at. */
export type Check = (value: JsonValue, evaluation: Evaluation, evaluated: Evaluated | undefined) => boolean;

/** The resources a check came through, innermost first: the dynamic scope of `$dynamicRef` and `$recursiveRef`. */
export interface Scope {
  readonly resource: Resource;
  readonly outer: Scope | undefined;
}

/** State of one validation. Either it only wants a verdict and stops at the first failure, or it collects all. */
export interface Evaluation {
  /** What was found so far; `undefined` when only the verdict matters. */
  violations: SchemaViolation[] | undefined;
  /** The way to the value that is being looked at; kept only while collecting. */
  readonly path: (string | number)[];
  scope: Scope | undefined;
  /** Schemas that are being applied within one another. */
  depth: number;
  /** Schemas and items that were looked at. */
  steps: number;
  /** More steps are refused, unless the value is large. */
  maxSteps: number;
  /** Measures the whole value, whose size allows more steps, when the first ones are used up; undefined once it has. */
  sizeOf: (() => number) | undefined;
  /** Within the closer look at one alternative of anyOf, where no further ones are taken. */
  inAlternative: boolean;
}

/** Most violations that are reported of one value. */
export const MAX_VIOLATIONS = 100;
/** Schemas applied within one another: beyond, the stack might end. */
export const MAX_DEPTH = 2_000;

/** Ends a validation that would take too long or go too deep. The verdict is "not valid", with this as the reason. */
export class ValidationAborted extends Error {}

/**
 * Notes a violation at the current value when collecting. Always false, so that checks can return it.
 * @param message made only when it is noted
 */
export function violated(evaluation: Evaluation, message: string | (() => string)): false {
  const { violations, path } = evaluation;
  if (violations !== undefined && violations.length < MAX_VIOLATIONS) {
    const text = typeof message === "string" ? message : message();
    violations.push({ pointer: path.map(pointerStep).join(""), message: text });
  }
  return false;
}

/** Steps for every value, however small. A step takes less than 100 ns. */
const BASE_STEPS = 1_000_000;
/** Further steps for every part of a value: as many schemas as usual ones apply to it, and some more. */
const STEPS_PER_PART = 30;
/** Most steps for the largest value. */
const MOST_STEPS = 200_000_000;
/** A part of a value that is known as text has at least so many characters, with what stands between parts. */
const CHARACTERS_PER_PART = 2;

/** How much a validation may do. */
export interface StepLimit {
  /** No more steps than this, however large the value. @default by the size of the value */
  maxSteps?: number;
  /** Length of the value's JSON text, where it is known: else the value is measured when it matters. */
  textLength?: number;
}

/** State for a new validation of a value. */
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
 * Counts work; regular expressions and comparisons count their length. Schemas can be written that double the work
 * with every level of the value, with harmless looking references alone: there has to be an end.
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

/** Number of values in a value, with long texts counting for more, as far as it matters. Does not recurse. */
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

/** Applies a check to a member or an item, with the way to it noted. */
export function applyTo(check: Check, key: string | number, value: JsonValue, evaluation: Evaluation): boolean {
  if (evaluation.violations === undefined) return check(value, evaluation, undefined);
  evaluation.path.push(key);
  const valid = check(value, evaluation, undefined);
  evaluation.path.pop();
  return valid;
}

/** The verdict of a check alone, without noting violations. */
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
