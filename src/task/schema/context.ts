import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Draft } from "./draft.ts";
import type { Check, Evaluation } from "./evaluation.ts";
import type { Resource } from "./resource.ts";

/** Tests a text against a regular expression. */
export type TextTest = (text: string, evaluation: Evaluation) => boolean;

/** What compiling the keywords of one schema needs. */
export interface SchemaContext {
  readonly schema: JsonObject;
  readonly draft: Draft;
  readonly resource: Resource;
  /** Compiles a schema that a keyword applies to members or items. */
  child(schema: JsonValue): Check;
  /** Compiles a schema that a keyword applies to the same value. */
  inPlace(schema: JsonValue): Check;
  /** The test for a regular expression; one that accepts all after a problem was noted. */
  pattern(source: string, keyword: string, ...steps: string[]): TextTest;
  /** The test for a format, `undefined` when it is unknown. */
  format(name: string): ((text: string) => boolean) | undefined;
  /** The schema that a reference of this schema leads to, `undefined` after a problem was noted. */
  resolve(reference: string, keyword: string): { schema: JsonValue; resource: Resource; fragment: string } | undefined;
  /** Notes that a keyword has a value of a wrong form. */
  wrong(keyword: string, message: string, remedy: string): void;
}

/** Compiles one or several keywords of a schema that belong together; `undefined` when they are not there. */
export type KeywordCompiler = (context: SchemaContext) => Check | undefined;

/** The value of a keyword, without what JavaScript objects inherit. */
export function keyword(context: SchemaContext, name: string): JsonValue | undefined {
  return Object.hasOwn(context.schema, name) ? context.schema[name] : undefined;
}

/** The value of a keyword that has to be a whole number from 0. */
export function countKeyword(context: SchemaContext, name: string): number | undefined {
  const value = keyword(context, name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  context.wrong(name, "has to be a whole number from 0", "Write one, such as 1.");
  return undefined;
}

/** The value of a keyword that has to be a number. */
export function numberKeyword(context: SchemaContext, name: string): number | undefined {
  const value = keyword(context, name);
  if (value === undefined || typeof value === "number") return value;
  context.wrong(name, "has to be a number", "Write one without quotes.");
  return undefined;
}

/** The texts of a keyword that has to be a list of different texts. */
export function textsKeyword(context: SchemaContext, name: string, value: JsonValue | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string") && new Set(value).size === value.length) {
    return value;
  }
  context.wrong(name, "has to be a list of different texts", 'Write one, such as ["a", "b"].');
  return undefined;
}
