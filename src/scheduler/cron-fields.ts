import { RatchetError } from "../domain/errors.ts";

/** A field of a cron expression. */
interface FieldRule {
  name: string;
  min: number;
  max: number;
  /** Words that stand for numbers, from `min` on. */
  words?: readonly string[];
  /** `L`, `W` and such, as whole items. */
  special?: RegExp;
  /** What croner takes as the whole field only. */
  alone?: RegExp;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const SECOND: FieldRule = { name: "second", min: 0, max: 59 };
const FIELDS: readonly FieldRule[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31, special: /^(L|LW|([1-9]|[12]\d|3[01])W)$/i, alone: /^LW$/i },
  { name: "month", min: 1, max: 12, words: MONTHS },
  {
    name: "day of the week",
    min: 0,
    max: 7,
    words: WEEKDAYS,
    special: /^([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#L|#[1-5])$/i,
  },
];

const NICKNAMES = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/** Longest expression that is looked at, characters. */
const LONGEST = 500;

interface Token {
  text: string;
  /** Place in the expression, from 0. */
  at: number;
}

/**
 * Checks a cron expression of five fields, or six with seconds first. The scheduling itself is croner's; it does not
 * say where an expression is wrong, so that is done here.
 * @throws {RatchetError} SCHEDULE_INVALID with a caret under the place
 */
export function checkCron(expression: string): void {
  if (expression.length > LONGEST) {
    throw new RatchetError("SCHEDULE_INVALID", `The cron expression is longer than ${LONGEST} characters.`);
  }
  const tokens = [...expression.matchAll(/\S+/g)].map((match): Token => ({ text: match[0], at: match.index }));
  const [first] = tokens;
  if (first?.text.startsWith("@")) {
    checkNickname(expression, first, tokens);
    return;
  }
  if (tokens.length < 5) {
    const end = { text: " ", at: expression.length };
    throw bad(expression, end, `A cron expression has five or six fields; here are ${tokens.length}.`);
  }
  const extra = tokens[6];
  if (extra !== undefined) throw bad(expression, extra, "A cron expression has at most six fields; here is one more.");
  const rules = tokens.length === 6 ? [SECOND, ...FIELDS] : FIELDS;
  rules.forEach((rule, index) => {
    const token = tokens[index];
    if (token !== undefined) checkField(expression, token, rule);
  });
}

function checkNickname(expression: string, first: Token, tokens: readonly Token[]): void {
  if (!NICKNAMES.includes(first.text.toLowerCase())) {
    throw bad(expression, first, `${first.text} is not known; there are ${NICKNAMES.join(", ")}.`);
  }
  const extra = tokens[1];
  if (extra !== undefined) throw bad(expression, extra, `Nothing can follow ${first.text}.`);
}

function checkField(expression: string, field: Token, rule: FieldRule): void {
  let at = field.at;
  for (const text of field.text.split(",")) {
    if (rule.alone?.test(text) && text !== field.text) {
      throw bad(expression, { text, at }, `${text} can't be in a list; it is the whole ${rule.name} or none of it.`);
    }
    checkItem(expression, { text, at }, rule);
    at += text.length + 1;
  }
}

function checkItem(expression: string, item: Token, rule: FieldRule): void {
  if (item.text === "") throw bad(expression, { text: ",", at: item.at }, `An item of the ${rule.name} is missing.`);
  if (rule.special?.test(item.text)) return;
  const [base = "", step, ...rest] = item.text.split("/");
  const stepAt = item.at + base.length + 1;
  if (rest.length > 0) {
    throw bad(expression, { text: "/", at: stepAt + (step?.length ?? 0) }, `The ${rule.name} has two steps.`);
  }
  const isRange = checkBase(expression, { text: base, at: item.at }, rule);
  if (step === undefined) return;
  if (!isRange) {
    const message = `A step needs * or a range before it: write ${base}-${rule.max}/${step}.`;
    throw bad(expression, { text: base, at: item.at }, message);
  }
  const most = rule.max - rule.min + 1;
  if (!/^\d{1,3}$/.test(step) || Number(step) < 1 || Number(step) > most) {
    const shown = step === "" ? "is missing" : `is ${step}`;
    throw bad(
      expression,
      { text: step || "/", at: step === "" ? stepAt - 1 : stepAt },
      `The step of the ${rule.name} ${shown}; it must be from 1 to ${most}.`,
    );
  }
}

/** @returns whether it is `*` or a range */
function checkBase(expression: string, base: Token, rule: FieldRule): boolean {
  if (base.text === "*" || base.text === "?") return true;
  const dash = base.text.indexOf("-", 1);
  if (dash < 0) {
    value(expression, base, rule);
    return false;
  }
  const from = value(expression, { text: base.text.slice(0, dash), at: base.at }, rule);
  const to = value(expression, { text: base.text.slice(dash + 1), at: base.at + dash + 1 }, rule);
  if (from > to) {
    const message = `The range of the ${rule.name} runs backwards: write ${base.text.slice(0, dash)}-${rule.max},${rule.min}-${base.text.slice(dash + 1)}.`;
    throw bad(expression, base, message);
  }
  return true;
}

function value(expression: string, token: Token, rule: FieldRule): number {
  const word = rule.words?.indexOf(token.text.toUpperCase()) ?? -1;
  if (word >= 0) return word + rule.min;
  const range = `${rule.min} to ${rule.max}${rule.words === undefined ? "" : ` or ${rule.words.join(", ")}`}`;
  if (!/^\d{1,4}$/.test(token.text)) {
    const what = token.text === "" ? "A value is missing" : `"${token.text}" is no value`;
    throw bad(
      expression,
      token.text === "" ? { text: " ", at: token.at } : token,
      `${what} of the ${rule.name} (${range}).`,
    );
  }
  const number = Number(token.text);
  if (number < rule.min || number > rule.max) {
    throw bad(expression, token, `The ${rule.name} is ${number}; it must be from ${range}.`);
  }
  return number;
}

function bad(expression: string, place: Token, message: string): RatchetError {
  // Tabs and the like would move the caret.
  const line = expression.replaceAll(/\s/g, " ");
  const caret = `${" ".repeat(place.at)}${"^".repeat(Math.max(1, place.text.length))}`;
  return new RatchetError("SCHEDULE_INVALID", `${message}\n  ${line}\n  ${caret}`, {
    data: { field: "cron", position: place.at, length: place.text.length, reason: message },
    remedy: "Fields are [second] minute hour day-of-month month day-of-week, such as 30 2 * * MON-FRI.",
  });
}
