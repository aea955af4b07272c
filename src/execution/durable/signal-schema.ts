import type { DurableError, DurableRequest } from "../../domain/durable.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { SchemaViolation } from "../../domain/task.ts";
import { pointerText } from "../../lib/json-pointer.ts";
import type { JsonFinding } from "../../task/json-file.ts";
import { makeValidator } from "../../task/schema/make-validator.ts";

/** Steps that checking one value may take. A schema of a guest is not trusted. */
const MOST_STEPS = 1_000_000;
/** Longest schema, characters. */
const LONGEST_SCHEMA = 256 * 1024;
/** How many violations a message has. */
const MOST_SHOWN = 5;

/** Checks values against a schema that a task has given. @returns what is wrong with a value; undefined if it fits */
export type SchemaCheck = (value: JsonValue) => DurableError | undefined;

/**
 * Compiles the schema of a signal or an approval.
 * @param what the value is called in messages, such as `the signal "paid"`
 * @returns the check, or what the operation rejects with if the schema is not valid
 */
export async function schemaCheck(
  schema: JsonValue | undefined,
  what: string,
): Promise<{ check: SchemaCheck } | { error: DurableError }> {
  if (schema === undefined) return { check: () => undefined };
  const findings: JsonFinding[] = [];
  if (JSON.stringify(schema).length > LONGEST_SCHEMA) {
    return { error: schemaError(`the schema of ${what} is longer than ${LONGEST_SCHEMA} characters`) };
  }
  const validator = await makeValidator(schema, findings);
  if (validator === undefined) {
    const reasons = findings.map(({ pointer, message }) => `${pointerText(pointer)} ${message}`).slice(0, MOST_SHOWN);
    return { error: schemaError(`the schema of ${what} is not valid: ${reasons.join("; ")}`) };
  }
  return {
    check(value) {
      const violations = validator.within(value, MOST_STEPS);
      if (violations?.length === 0) return undefined;
      return {
        name: "ValidationError",
        message: `${what} does not match its schema: ${violations === undefined ? "checking it takes too long" : shown(violations)}`,
        ...(violations === undefined
          ? {}
          : { data: { violations: violations.slice(0, 20).map((one) => ({ ...one })) } }),
      };
    },
  };
}

function shown(violations: readonly SchemaViolation[]): string {
  const lines = violations.slice(0, MOST_SHOWN).map(({ pointer, message }) => `${pointerText(pointer)} ${message}`);
  const more = violations.length > MOST_SHOWN ? ` (and ${violations.length - MOST_SHOWN} more)` : "";
  return `${lines.join("; ")}${more}`;
}

function schemaError(message: string): DurableError {
  return { name: "ValidationError", message };
}

/** What the values of signals with a name are called in messages. */
export const signalNamed = (name: string): string => `the signal ${JSON.stringify(name)}`;

/** What the inputs of decisions about a title are called in messages. */
export const inputOf = (title: string): string => `the input of the approval ${JSON.stringify(title)}`;

/** Checks the schema that a wait or an approval has, before anything waits. @returns what the operation rejects with */
export async function schemaProblem(request: DurableRequest): Promise<DurableError | undefined> {
  if (request.kind !== "wait" && request.kind !== "approve") return undefined;
  const what = request.kind === "wait" ? signalNamed(request.name) : inputOf(request.title);
  const compiled = await schemaCheck(request.schema, what);
  return "error" in compiled ? compiled.error : undefined;
}
