import type { JsonValue } from "../domain/json.ts";
import { containerAt, listItems, type MemberSpan, objectMembers, rootSpan, type Span } from "../lib/json-spans.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../lib/json-text.ts";
import type { BodyForm, LiftedBody } from "./check-request.ts";

/** Maximum length of the text of a member that is not one of the caller's own values, in characters. */
export const MAX_OTHER_MEMBER = 64 * 1024;

/** Maximum number of jobs that are read: one more than allowed, so that a longer list gets the right error. */
const MAX_ITEMS = 10_001;

/** Maximum depth below `variables` of a value that stays text: `variables.input.inputData`. */
const VARIABLE_DEPTH = 2;

/** Thrown for a member that is too large. */
export class MemberTooLarge extends Error {
  constructor(
    readonly pointer: string,
    readonly characters: number,
  ) {
    super(`${pointer} is too large`);
  }
}

type Path = readonly (string | number)[];

/**
 * Reads a body without parsing the caller's own values in it, which stay text.
 * @param text valid JSON
 * @throws {MemberTooLarge} for any other large member
 */
export function liftBody(text: string, form: BodyForm): LiftedBody {
  const texts: { path: Path; json: string }[] = [];
  const lift = (path: Path, span: Span): JsonValue => {
    texts.push({ path, json: text.slice(span.start, span.end) });
    return null;
  };
  /** A value that belongs to the request itself. */
  const own = (path: Path, { start, end }: Span): JsonValue => {
    if (end - start > MAX_OTHER_MEMBER) throw new MemberTooLarge(`/${path.join("/")}`, end - start);
    return JSON.parse(text.slice(start, end)) as JsonValue;
  };
  const object = (path: Path, start: number, member: (path: Path, span: MemberSpan) => JsonValue): JsonValue => {
    const members: [string, JsonValue][] = [];
    for (const span of objectMembers(text, start)) members.push([span.name, member([...path, span.name], span)]);
    return Object.fromEntries(members);
  };

  const job = (path: Path, { start, end }: Span): JsonValue => {
    if (containerAt(text, start) !== "object") return own(path, { start, end });
    return object(path, start, (at, span) => (span.name === "input" ? lift(at, span) : own(at, span)));
  };
  const jobs = (path: Path, start: number): JsonValue => {
    const items: JsonValue[] = [];
    for (const span of listItems(text, start)) {
      items.push(job([...path, items.length], span));
      if (items.length === MAX_ITEMS) break;
    }
    return items;
  };
  const variable = (path: Path, { start, end }: Span, depth: number): JsonValue => {
    const container = containerAt(text, start);
    if (end - start <= MAX_OTHER_MEMBER) return JSON.parse(text.slice(start, end)) as JsonValue;
    if (depth < VARIABLE_DEPTH && container === "object" && hasInputData(text, start)) {
      return object(path, start, (at, span) => variable(at, span, depth + 1));
    }
    if (container !== undefined) return lift(path, { start, end });
    // A string that contains JSON is accepted in place of a value.
    const content = JSON.parse(text.slice(start, end)) as JsonValue;
    if (typeof content !== "string" || findJsonFault(content, MAX_JSON_DEPTH) !== undefined)
      return lift(path, { start, end });
    texts.push({ path, json: content });
    return null;
  };

  const root = rootSpan(text);
  if (containerAt(text, root.start) !== "object") return { value: own([], root), texts };
  const value = object([], root.start, (path, span) => {
    const container = containerAt(text, span.start);
    if (form === "rest") {
      if (span.name === "input") return lift(path, span);
      return span.name === "jobs" && container === "list" ? jobs(path, span.start) : own(path, span);
    }
    if (span.name === "variables" && container === "object") {
      return object(path, span.start, (at, inner) => variable(at, inner, 1));
    }
    // A query has its own limit and message.
    if (span.name === "query" && container === undefined) return JSON.parse(text.slice(span.start, span.end)) as string;
    return own(path, span);
  });
  return { value, texts };
}

function hasInputData(text: string, start: number): boolean {
  for (const { name } of objectMembers(text, start)) if (name === "inputData") return true;
  return false;
}
