import { RatchetError } from "../domain/errors.ts";
import type { JsonValue } from "../domain/json.ts";
import { readText, type ShareableText, utf8Length } from "../domain/shared-text.ts";
import type { SchemaSource, SchemaViolation, TaskDefinition } from "../domain/task.ts";
import { isObject } from "../lib/is-object.ts";
import { Lru } from "../lib/lru.ts";
import { taskInvalid } from "../task/failure.ts";
import type { BoundedValidator } from "../task/schema/make-validator.ts";
import { isPlain } from "../task/schema/patterns.ts";
import { readSchemaText } from "../task/schema/read-schema.ts";
import type { Checker } from "./checker.ts";

/** Checks values against the schemas of tasks. */
export interface ValueChecks {
  /**
   * Returns the violations of a value against a schema of a task.
   * @param json the value; an output may be invalid JSON
   * @param timeMs time limit on another thread
   * @throws {RatchetError} TASK_INVALID for the schema, INVALID_OUTPUT for a text that is not valid JSON, and what
   *   {@link Checker} throws
   */
  violations(task: TaskDefinition, side: "input" | "output", json: ShareableText, timeMs?: number): Promise<Violations>;
  /**
   * Returns true if two JSON texts have the same value, with members in any order. @throws what {@link Checker} throws
   */
  same(a: ShareableText, b: ShareableText, caller: string): Promise<boolean>;
}

/** The first violations of a value, and the number of all. */
export interface Violations {
  violations: readonly SchemaViolation[];
  count: number;
}

/**
 * Values and schemas up to this many characters are handled on the calling thread. That takes at most 4 ms, and a
 * message to another thread and back takes 0.1 ms. `JSON.parse` of 64,000 characters of `{}` takes 2 to 4 ms.
 */
export const INLINE_VALUE = 64 * 1024;
const INLINE_SCHEMA = 16 * 1024;
/** Maximum number of steps on the calling thread. A check that needs more starts over on another thread. */
const INLINE_STEPS = 50_000;

/** Maximum number of compiled schemas that are kept. */
const MAX_SCHEMAS = 1_000;

/** Time limit for a check that does not belong to an execution, in ms. */
const REQUEST_TIME_MS = 10_000;

/** Checks small values on the calling thread and all others on the threads of a checker. */
export function createValueChecks(checker: Checker): ValueChecks {
  const compiled = new Lru<string, Promise<BoundedValidator | undefined>>(MAX_SCHEMAS, () => 1);

  /**
   * Returns a validator for this thread; undefined if the schema is invalid, or if compiling or using it may take long.
   */
  function inlineValidator(source: SchemaSource): Promise<BoundedValidator | undefined> {
    let validator = compiled.get(source.key);
    if (validator === undefined) {
      validator = isSimple(source.text)
        ? readSchemaText(source.text, source.file).then(({ validator }) => validator)
        : Promise.resolve(undefined);
      compiled.set(source.key, validator);
    }
    return validator;
  }

  async function onTheSpot(source: SchemaSource | undefined, json: ShareableText): Promise<Violations | undefined> {
    if (utf8Length(json) > INLINE_VALUE) return undefined;
    let value: JsonValue;
    try {
      value = JSON.parse(readText(json)) as JsonValue;
    } catch {
      // The other thread reports what is wrong with it.
      return undefined;
    }
    if (source === undefined) return { violations: [], count: 0 };
    const violations = (await inlineValidator(source))?.within(value, INLINE_STEPS);
    return violations === undefined ? undefined : { violations, count: violations.length };
  }

  return {
    async violations(task, side, json, timeMs = REQUEST_TIME_MS) {
      const schema = await task.schema(side);
      const found = await onTheSpot(schema, json);
      if (found !== undefined) return found;
      const caller = task.metadata.uuid;
      const check = await checker.check({ kind: "value", json, schema }, { caller, timeMs });
      if ("problems" in check) throw taskInvalid(check.problems);
      if ("violations" in check) return check;
      throw new RatchetError("INVALID_OUTPUT", `the ${side} is not valid JSON: ${check.fault.message}`, {
        remedy: "return a value that is nested less deeply",
      });
    },
    async same(a, b, caller) {
      if (a === b) return true;
      if (utf8Length(a) + utf8Length(b) <= INLINE_VALUE) {
        return Bun.deepEquals(JSON.parse(readText(a)), JSON.parse(readText(b)), true);
      }
      const texts = [a, b] as const;
      return (await checker.check({ kind: "same", texts }, { caller, timeMs: REQUEST_TIME_MS })).same;
    },
  };
}

/** Returns true if a schema is small and its patterns need no other engine, which is slow to load and use. */
function isSimple(text: string): boolean {
  if (text.length > INLINE_SCHEMA) return false;
  // The names may contain escapes.
  if (!/attern|\\u/.test(text)) return true;
  try {
    return patternsIn(JSON.parse(text)).every(isPlain);
  } catch {
    return false;
  }
}

/** Returns all strings in a schema that may be regular expressions. */
function patternsIn(value: JsonValue): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Object.entries(value).flatMap(([name, member]) => {
    if (name === "pattern" && typeof member === "string") return [member];
    if (name === "patternProperties" && isObject(member)) return Object.keys(member);
    return [];
  });
  return [...own, ...Object.values(value).flatMap(patternsIn)];
}
