import type { JsonValue } from "../domain/json.ts";
import { containerAt, listItems, type MemberSpan, objectMembers, rootSpan, type Span } from "../lib/json-spans.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../lib/json-text.ts";
import type { BodyForm, LiftedBody } from "./check-request.ts";

/** Longest text of a member that is no value of the caller's own, characters. */
export const MAX_OTHER_MEMBER = 64 * 1024;

/** Most items of a list of jobs that are read: one more than may be sent, so that too many are refused as such. */
const MAX_ITEMS = 10_001;

/** How deep below `variables` a value may lie that stays text: `variables.input.inputData`. */
const VARIABLE_DEPTH = 2;

/** A member that is too large to be read where it stands. */
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
 * Reads a body without reading the values that stand in it for others: they stay text.
 * @param text JSON that was checked before
 * @throws {MemberTooLarge} for a large member that is no such value
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
    // In place of a value a text that holds JSON may be given.
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
    // A query has a limit of its own, with a message of its own.
    if (span.name === "query" && container === undefined) return JSON.parse(text.slice(span.start, span.end)) as string;
    return own(path, span);
  });
  return { value, texts };
}

function hasInputData(text: string, start: number): boolean {
  for (const { name } of objectMembers(text, start)) if (name === "inputData") return true;
  return false;
}
