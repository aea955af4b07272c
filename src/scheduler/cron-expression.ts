import { RatchetError } from "../domain/errors.ts";
import { SHORTEST_INTERVAL_MS } from "../domain/schedule.ts";
import { defined } from "../lib/defined.ts";
import { parseDuration } from "../lib/duration.ts";
import { CronFault, FIELDS, readField, SECOND, type Token } from "./cron-fields.ts";

/** A valid cron expression. */
export interface CronExpression {
  /** Six fields in the form that croner accepts. */
  pattern: string;
  /**
   * Whether it fires once for each matching wall clock time, however the clocks change: neither its minute nor its hour
   * is `*` or a step of `*`. Any other expression follows the wall clock.
   */
  fixed: boolean;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Longest accepted expression, characters. */
const LONGEST = 500;

/** The remedy if no better one is known. */
const GENERAL_REMEDY = "Fields are [second] minute hour day-of-month month day-of-week, such as 30 2 * * MON-FRI.";

/**
 * Parses a cron expression of five fields, of six with seconds first, or a name such as `@daily`. croner computes the
 * times, but does not say where an expression is wrong, so this function does.
 * @throws {RatchetError} SCHEDULE_INVALID with a caret under the position. `data.suggestion`, if present, fires as the
 *   invalid expression was intended to.
 */
export function readCron(expression: string): CronExpression {
  if (expression.length > LONGEST) {
    throw new RatchetError("SCHEDULE_INVALID", `The cron expression is longer than ${LONGEST} characters.`, {
      data: { field: "cron" },
      remedy: GENERAL_REMEDY,
    });
  }
  try {
    return understand(expression);
  } catch (fault) {
    if (fault instanceof CronFault) throw errorOf(expression, fault);
    throw fault;
  }
}

function tokensOf(expression: string): Token[] {
  return [...expression.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: match.index }));
}

/** @throws {CronFault} */
function understand(expression: string): CronExpression {
  const tokens = tokensOf(expression);
  const [first] = tokens;
  if (first?.text.startsWith("@")) return understand(nicknamed(first, tokens));
  if (tokens.length < 5) {
    const end = { text: " ", at: expression.length };
    throw new CronFault(end, `A cron expression has five or six fields; this one has ${tokens.length}.`);
  }
  const extra = tokens[6];
  if (extra !== undefined)
    throw new CronFault(extra, "A cron expression has at most six fields; this is one too many.");
  const rules = [SECOND, ...FIELDS].slice(-tokens.length);
  const fields = rules.map((rule, index) => readField(tokens[index] as Token, rule, expression));
  if (fields.length === 5) fields.unshift("0");
  const [, minute = "", hour = ""] = fields;
  return { pattern: fields.join(" "), fixed: !isStar(minute) && !isStar(hour) };
}

/** Tells whether a field is `*` or a step of `*`; a list is neither, whatever its items are. */
const isStar = (field: string): boolean => /^\*(\/\d+)?$/.test(field);

function nicknamed(first: Token, tokens: readonly Token[]): string {
  const expression = NICKNAMES[first.text.toLowerCase()];
  if (expression === undefined) {
    throw new CronFault(first, `${first.text} is unknown; the names are ${Object.keys(NICKNAMES).join(", ")}.`);
  }
  const extra = tokens[1];
  if (extra !== undefined) throw new CronFault(extra, `Nothing can follow ${first.text}.`);
  return expression;
}

function errorOf(expression: string, fault: CronFault): RatchetError {
  const { place, instead } = fault;
  const suggestion = instead === undefined ? undefined : repaired(expression, fault);
  const message =
    instead === undefined
      ? fault.message
      : `${fault.message}${suggestion === undefined ? "" : `: write ${instead.text}`}.`;
  // Tabs would move the caret.
  const line = expression.replaceAll(/\s/g, " ");
  const caret = `${" ".repeat(place.at)}${"^".repeat(Math.max(1, place.text.length))}`;
  return new RatchetError("SCHEDULE_INVALID", `${message}\n  ${line}\n  ${caret}`, {
    data: defined({
      field: "cron",
      position: place.at,
      length: place.text.length,
      reason: message,
      suggestion,
    }),
    remedy: suggestion === undefined ? (intervalRemedy(expression) ?? GENERAL_REMEDY) : `Write "${suggestion}".`,
  });
}

/** Corrects every mistake that has a known correction. @returns undefined if another mistake remains */
function repaired(expression: string, fault: CronFault): string | undefined {
  let text = expression;
  for (let next: CronFault | undefined = fault; next !== undefined; next = faultOf(text)) {
    if (next.instead === undefined) return undefined;
    const { item, text: better } = next.instead;
    text = text.slice(0, item.at) + better + text.slice(item.at + item.text.length);
  }
  const tidy = text.trim().replaceAll(/\s+/g, " ");
  return tidy.length > LONGEST ? undefined : tidy;
}

function faultOf(expression: string): CronFault | undefined {
  try {
    understand(expression);
    return undefined;
  } catch (fault) {
    if (fault instanceof CronFault) return fault;
    throw fault;
  }
}

/** Suggests `every` for `@every 5m`, which other programs use for intervals. */
function intervalRemedy(expression: string): string | undefined {
  const duration = /^\s*@every\s+(\S+)\s*$/i.exec(expression)?.[1] ?? "";
  return (parseDuration(duration) ?? 0) >= SHORTEST_INTERVAL_MS
    ? `Write "every": "${duration}" instead of "cron".`
    : undefined;
}
