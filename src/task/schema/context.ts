import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Draft } from "./draft.ts";
import type { Check, Evaluation } from "./evaluation.ts";
import type { Resource } from "./resource.ts";

/** Tests a string against a regular expression. */
export type TextTest = (text: string, evaluation: Evaluation) => boolean;

/** Context for compiling the keywords of one schema. */
export interface SchemaContext {
  readonly schema: JsonObject;
  readonly draft: Draft;
  readonly resource: Resource;
  /** Compiles a schema that a keyword applies to members or items. */
  child(schema: JsonValue): Check;
  /** Compiles a schema that a keyword applies to the same value. */
  inPlace(schema: JsonValue): Check;
  /** Returns the test for a regular expression. After a reported problem, the test accepts everything. */
  pattern(source: string, keyword: string, ...steps: string[]): TextTest;
  /** Returns the test for a format, `undefined` if the format is unknown. */
  format(name: string): ((text: string) => boolean) | undefined;
  /** Resolves a reference of this schema. Returns `undefined` after reporting a problem. */
  resolve(reference: string, keyword: string): { schema: JsonValue; resource: Resource; fragment: string } | undefined;
  /** Reports that the value of a keyword is invalid. */
  wrong(keyword: string, message: string, remedy: string): void;
}

/** Compiles one or several related keywords of a schema. Returns `undefined` if the schema has none of them. */
export type KeywordCompiler = (context: SchemaContext) => Check | undefined;

/** Returns the value of a keyword and ignores inherited properties of JavaScript objects. */
export function keyword(context: SchemaContext, name: string): JsonValue | undefined {
  return Object.hasOwn(context.schema, name) ? context.schema[name] : undefined;
}

/** Returns the value of a keyword that must be a whole number from 0. */
export function countKeyword(context: SchemaContext, name: string): number | undefined {
  const value = keyword(context, name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  context.wrong(name, "must be a whole number from 0", "Write a number such as 1.");
  return undefined;
}

/** Returns the value of a keyword that must be a number. */
export function numberKeyword(context: SchemaContext, name: string): number | undefined {
  const value = keyword(context, name);
  if (value === undefined || typeof value === "number") return value;
  context.wrong(name, "must be a number", "Write it without quotes.");
  return undefined;
}

/** Returns the value of a keyword that must be a list of unique strings. */
export function textsKeyword(context: SchemaContext, name: string, value: JsonValue | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string") && new Set(value).size === value.length) {
    return value;
  }
  context.wrong(name, "must be a list of unique strings", 'Write a list such as ["a", "b"].');
  return undefined;
}
