import { formatProblem } from "./formats.ts";
import { isArray, isObject, isSame, type Json, type JsonObject } from "./json.ts";
import { testPattern } from "./patterns.ts";

const TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  array: isArray,
  object: isObject,
};

const NAMES: Readonly<Record<string, string>> = {
  null: "null",
  boolean: "true or false",
  string: "a string",
  number: "a number",
  integer: "a whole number",
  array: "a list",
  object: "an object",
};

/** Returns which rules about the value as a whole it breaks, in the words of the server's validator. */
export function scalarMessages(schema: JsonObject, value: Json): string[] {
  const wrongType = typeMessage(schema.type, value);
  if (wrongType !== undefined) return [wrongType];
  const found: string[] = [];
  if (schema.const !== undefined && !isSame(schema.const, value)) found.push(`must be ${shown(schema.const)}`);
  if (isArray(schema.enum) && !schema.enum.some((allowed) => isSame(allowed, value))) {
    const list = schema.enum.slice(0, 10).map(shown).join(", ");
    found.push(`must be one of ${list}${schema.enum.length > 10 ? ", ..." : ""}`);
  }
  if (typeof value === "string") found.push(...textMessages(schema, value));
  if (typeof value === "number") found.push(...numberMessages(schema, value));
  return found;
}

function typeMessage(type: Json | undefined, value: Json): string | undefined {
  const types = (isArray(type) ? type : [type]).filter((name): name is string => typeof name === "string");
  const known = types.filter((name) => TESTS[name] !== undefined);
  if (known.length === 0 || known.some((name) => TESTS[name]?.(value))) return undefined;
  return `must be ${known.map((name) => NAMES[name]).join(" or ")}`;
}

function textMessages({ minLength, maxLength, pattern, format }: JsonObject, value: string): string[] {
  const found: string[] = [];
  const length = [...value].length;
  if (typeof minLength === "number" && length < minLength) found.push(`must have at least ${characters(minLength)}`);
  if (typeof maxLength === "number" && length > maxLength) found.push(`must have at most ${characters(maxLength)}`);
  if (typeof pattern === "string" && !testPattern(pattern, value)) found.push(`must match the pattern ${pattern}`);
  if (typeof format === "string" && formatProblem(format, value)) found.push(`must have the format ${format}`);
  return found;
}

function numberMessages(schema: JsonObject, value: number): string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const found: string[] = [];
  if (typeof minimum === "number") {
    if (exclusiveMinimum === true ? value <= minimum : value < minimum) {
      found.push(exclusiveMinimum === true ? `must be more than ${minimum}` : `must be at least ${minimum}`);
    }
  }
  if (typeof maximum === "number") {
    if (exclusiveMaximum === true ? value >= maximum : value > maximum) {
      found.push(exclusiveMaximum === true ? `must be less than ${maximum}` : `must be at most ${maximum}`);
    }
  }
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum)
    found.push(`must be more than ${exclusiveMinimum}`);
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    found.push(`must be less than ${exclusiveMaximum}`);
  if (typeof multipleOf === "number" && multipleOf > 0 && !isMultiple(value, multipleOf)) {
    found.push(`must be a multiple of ${multipleOf}`);
  }
  return found;
}

/** With decimal fractions the quotient is seldom an integer exactly. */
function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
