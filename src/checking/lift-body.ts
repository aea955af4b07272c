import type { JsonValue } from "../domain/json.ts";
import { nestsDeeperThan } from "../lib/json-depth.ts";
import { containerAt, listItems, type MemberSpan, objectMembers, rootSpan, type Span } from "../lib/json-spans.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../lib/json-text.ts";
import type { BodyForm } from "./check-request.ts";
import type { BodyPath, LiftedBody } from "./packed-body.ts";

/** Maximum length of the text of a member that is not one of the caller's own values, in characters. */
export const MAX_OTHER_MEMBER = 64 * 1024;

/** The same for all of these members together: 400 for each job of the largest batch. */
const MAX_OTHER_MEMBERS = 4 * 1024 * 1024;

/** Maximum number of jobs that are read: one more than allowed, so that a longer list gets the right error. */
const MAX_ITEMS = 10_001;

/** Maximum depth below `variables` of a value that stays text: `variables.input.inputData`. */
const VARIABLE_DEPTH = 2;

/** Thrown for a member that is too large. */
export class MemberTooLarge extends Error {
  constructor(
    readonly pointer: string,
    readonly characters: number,
    readonly limit: number,
  ) {
    super(`${pointer} is too large`);
  }
}

/** Thrown for an input with too many levels. */
export class InputTooDeep extends Error {
  constructor(readonly pointer: string) {
    super(`${pointer} is nested too deeply`);
  }
}

/** Names of the members that hold an input: in REST and in GraphQL. */
const INPUT_MEMBERS: readonly unknown[] = ["input", "inputData"];

/** A body that is being read. */
interface Lifting {
  readonly text: string;
  /** The values that stay text, so far. */
  readonly texts: { path: BodyPath; json: string }[];
  /** Length of the other members so far, in characters. */
  others: number;
}

/**
 * Reads a body without parsing the caller's own values in it, which stay text.
 * @param text valid JSON
 * @throws {MemberTooLarge} for any other large member
 * @throws {InputTooDeep} for an input that is nested deeper than JSON may be anywhere
 */
export function liftBody(text: string, form: BodyForm): LiftedBody {
  const lifting: Lifting = { text, texts: [], others: 0 };
  const root = rootSpan(text);
  const readMember = form === "rest" ? restMember : graphqlMember;
  const value =
    containerAt(text, root.start) === "object"
      ? readObject(lifting, [], root.start, readMember)
      : parseOwn(lifting, [], root);
  return { value, texts: lifting.texts };
}

function restMember(lifting: Lifting, path: BodyPath, span: MemberSpan): JsonValue {
  if (span.name === "input") return lift(lifting, path, span);
  const isBatch = span.name === "jobs" && containerAt(lifting.text, span.start) === "list";
  return isBatch ? readItems(lifting, path, span.start, readJob) : parseOwn(lifting, path, span);
}

function graphqlMember(lifting: Lifting, path: BodyPath, span: MemberSpan): JsonValue {
  const { text } = lifting;
  const container = containerAt(text, span.start);
  if (span.name === "variables" && container === "object") {
    return readObject(lifting, path, span.start, (_, at, inner) => readVariable(lifting, at, inner, 1));
  }
  // A query has its own limit and message.
  if (span.name === "query" && container === undefined) return JSON.parse(text.slice(span.start, span.end)) as string;
  return parseOwn(lifting, path, span);
}

/** Keeps a value as text. Its place in the body gets null. */
function lift({ text, texts }: Lifting, path: BodyPath, span: Span): JsonValue {
  const json = text.slice(span.start, span.end);
  if (INPUT_MEMBERS.includes(path.at(-1)) && nestsDeeperThan(json, MAX_JSON_DEPTH)) {
    throw new InputTooDeep(`/${path.join("/")}`);
  }
  texts.push({ path, json });
  return null;
}

/** Parses a value that belongs to the request itself. */
function parseOwn(lifting: Lifting, path: BodyPath, { start, end }: Span): JsonValue {
  const { text } = lifting;
  const length = end - start;
  if (length > MAX_OTHER_MEMBER) throw new MemberTooLarge(`/${path.join("/")}`, length, MAX_OTHER_MEMBER);
  lifting.others += length;
  if (lifting.others > MAX_OTHER_MEMBERS) throw new MemberTooLarge("/", lifting.others, MAX_OTHER_MEMBERS);
  return JSON.parse(text.slice(start, end)) as JsonValue;
}

function readObject(
  lifting: Lifting,
  path: BodyPath,
  start: number,
  readMember: (lifting: Lifting, path: BodyPath, span: MemberSpan) => JsonValue,
): JsonValue {
  const members: [string, JsonValue][] = [];
  for (const span of objectMembers(lifting.text, start)) {
    members.push([span.name, readMember(lifting, [...path, span.name], span)]);
  }
  return Object.fromEntries(members);
}

function readItems(
  lifting: Lifting,
  path: BodyPath,
  start: number,
  readItem: (lifting: Lifting, path: BodyPath, span: Span) => JsonValue,
): JsonValue {
  const items: JsonValue[] = [];
  for (const span of listItems(lifting.text, start)) {
    items.push(readItem(lifting, [...path, items.length], span));
    if (items.length === MAX_ITEMS) break;
  }
  return items;
}

function readJob(lifting: Lifting, path: BodyPath, span: Span): JsonValue {
  if (containerAt(lifting.text, span.start) !== "object") return parseOwn(lifting, path, span);
  return readObject(lifting, path, span.start, (_, at, member) =>
    member.name === "input" ? lift(lifting, at, member) : parseOwn(lifting, at, member),
  );
}

function readVariable(lifting: Lifting, path: BodyPath, span: Span, depth: number): JsonValue {
  const { text, texts } = lifting;
  const { start, end } = span;
  const container = containerAt(text, start);
  if (end - start <= MAX_OTHER_MEMBER && !(depth > 1 && path.at(-1) === "inputData" && container !== undefined)) {
    return parseOwn(lifting, path, span);
  }
  if (depth < VARIABLE_DEPTH && container === "object" && hasInputData(text, start)) {
    return readObject(lifting, path, start, (_, at, inner) => readVariable(lifting, at, inner, depth + 1));
  }
  if (depth < VARIABLE_DEPTH && container === "list" && isListOfJobs(text, start)) {
    return readItems(lifting, path, start, (_, at, item) => readJobVariable(lifting, at, item));
  }
  if (container !== undefined) return lift(lifting, path, span);
  // A string that contains JSON is accepted in place of a value.
  const content = JSON.parse(text.slice(start, end)) as JsonValue;
  if (typeof content !== "string" || findJsonFault(content, MAX_JSON_DEPTH) !== undefined) {
    return lift(lifting, path, span);
  }
  texts.push({ path, json: content });
  return null;
}

/** Reads an item of a list of jobs. */
function readJobVariable(lifting: Lifting, path: BodyPath, span: Span): JsonValue {
  if (containerAt(lifting.text, span.start) !== "object") return parseOwn(lifting, path, span);
  return readObject(lifting, path, span.start, (_, at, inner) => readVariable(lifting, at, inner, VARIABLE_DEPTH));
}

function isListOfJobs(text: string, start: number): boolean {
  for (const item of listItems(text, start)) {
    return containerAt(text, item.start) === "object" && hasInputData(text, item.start);
  }
  return false;
}

function hasInputData(text: string, start: number): boolean {
  for (const { name } of objectMembers(text, start)) if (name === "inputData") return true;
  return false;
}
