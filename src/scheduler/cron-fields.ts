/** One field of a cron expression. */
export interface FieldRule {
  name: string;
  min: number;
  /** Largest number that is accepted. */
  max: number;
  /** Largest number with a distinct meaning: Sunday is both 0 and 7. */
  last: number;
  /** Names of numbers, starting at `min`. */
  words?: readonly string[];
  /** `L`, `W` and similar, as whole items. */
  special?: RegExp;
  /** Items that must be the whole field. */
  alone?: RegExp;
  /** Largest number that `H` stands for, if not `last`: not every month has 31 days. */
  lastHashed?: number;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The optional first field. */
export const SECOND: FieldRule = { name: "second", min: 0, max: 59, last: 59 };
/** The five fields that every expression has, in order. */
export const FIELDS: readonly FieldRule[] = [
  { name: "minute", min: 0, max: 59, last: 59 },
  { name: "hour", min: 0, max: 23, last: 23 },
  {
    name: "day of the month",
    min: 1,
    max: 31,
    last: 31,
    lastHashed: 28,
    special: /^(L|LW|([1-9]|[12]\d|3[01])W)$/i,
    alone: /^LW$/i,
  },
  { name: "month", min: 1, max: 12, last: 12, words: MONTHS },
  {
    name: "day of the week",
    min: 0,
    max: 7,
    last: 6,
    words: WEEKDAYS,
    special: /^([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#L|#[1-5])$/i,
  },
];

/** A part of an expression. */
export interface Token {
  text: string;
  /** Offset in the expression, from 0. */
  at: number;
}

/** A mistake in a field. It never leaves this folder: the caller turns it into a message with a caret. */
export class CronFault extends Error {
  override readonly name = "CronFault";

  constructor(
    readonly place: Token,
    message: string,
    /** A replacement of the item that has the intended meaning. */
    readonly instead?: { item: Token; text: string },
  ) {
    super(message);
  }
}

/**
 * Parses one field and returns it with numbers only and with ascending ranges, which is the form that croner accepts.
 * @param seed decides which numbers are suggested instead of `H`
 * @throws {CronFault}
 */
export function readField(field: Token, rule: FieldRule, seed: string): string {
  let at = field.at;
  const items: string[] = [];
  for (const text of field.text.split(",")) {
    if (rule.alone?.test(text) && text !== field.text) {
      throw new CronFault({ text, at }, `${text} can't be in a list; it has to be the whole ${rule.name}.`);
    }
    items.push(readItem({ text, at }, rule, seed));
    at += text.length + 1;
  }
  return items.join(",");
}

function readItem(item: Token, rule: FieldRule, seed: string): string {
  if (item.text === "") throw new CronFault({ text: ",", at: item.at }, `An item of the ${rule.name} is missing.`);
  if (rule.special?.test(item.text)) return numbered(item.text, rule);
  if (/^H(\(|\/|$)/i.test(item.text)) throw hashed(item, rule, seed);
  const [base = "", step, ...rest] = item.text.split("/");
  const stepAt = item.at + base.length + 1;
  if (rest.length > 0) {
    throw new CronFault({ text: "/", at: stepAt + (step?.length ?? 0) }, `The ${rule.name} has two steps.`);
  }
  const range = readRange({ text: base, at: item.at }, rule);
  const every = step === undefined ? undefined : readStep({ text: step, at: stepAt }, rule);
  if (range === "*") return every === undefined ? "*" : `*/${every}`;
  const { from, to, words } = range;
  if (to === undefined) return every === undefined ? `${from}` : stepped(sundayFirst(from, rule), rule.last, every);
  if (from <= to) return stepped(from, to, every);
  const rising = wrapped(from, to, every, rule);
  // Weeks and years repeat, so FRI-SUN and NOV-FEB have only one meaning; 50-10 could be a typing mistake.
  if (words) return rising;
  throw new CronFault({ text: base, at: item.at }, `The range of the ${rule.name} runs backwards`, {
    item,
    text: rising,
  });
}

/** Replaces a name with its number, also before `#` and `L`. */
function numbered(text: string, rule: FieldRule): string {
  const word = rule.words?.findIndex((name) => text.toUpperCase().startsWith(name)) ?? -1;
  return word < 0 ? text.toUpperCase() : `${word + rule.min}${text.slice(3).toUpperCase()}`;
}

const sundayFirst = (value: number, rule: FieldRule): number => (value > rule.last ? rule.min : value);

const stepped = (from: number, to: number, step: number | undefined): string =>
  from === to ? `${from}` : `${from}-${to}${step === undefined ? "" : `/${step}`}`;

/** Writes a range that wraps around the end of its field. */
function wrapped(from: number, to: number, step: number | undefined, rule: FieldRule): string {
  // Sunday can end a week as well as begin one.
  if (rule.max > rule.last && to === rule.min && from < rule.max) return stepped(from, rule.max, step);
  if (from > rule.last) return stepped(rule.min, to, step);
  if (step === undefined) return `${stepped(from, rule.last, step)},${stepped(rule.min, to, step)}`;
  const size = rule.last - rule.min + 1;
  const values: number[] = [];
  for (let value = from; value <= to + size; value += step) {
    values.push(value > rule.last ? value - size : value);
  }
  return values.join(",");
}

function readStep(step: Token, rule: FieldRule): number {
  const most = rule.last - rule.min + 1;
  if (/^\d{1,3}$/.test(step.text) && Number(step.text) >= 1 && Number(step.text) <= most) return Number(step.text);
  const shown = step.text === "" ? "is missing" : `is ${step.text}`;
  const place = step.text === "" ? { text: "/", at: step.at - 1 } : step;
  throw new CronFault(place, `The step of the ${rule.name} ${shown}; it must be from 1 to ${most}.`);
}

function readRange(base: Token, rule: FieldRule): "*" | { from: number; to?: number; words: boolean } {
  if (base.text === "*" || base.text === "?") return "*";
  const dash = base.text.indexOf("-", 1);
  const words = /[a-z]/i.test(base.text);
  if (dash < 0) return { from: readValue(base, rule), words };
  const from = readValue({ text: base.text.slice(0, dash), at: base.at }, rule);
  const to = readValue({ text: base.text.slice(dash + 1), at: base.at + dash + 1 }, rule);
  return { from, to, words };
}

function readValue(token: Token, rule: FieldRule): number {
  const word = rule.words?.indexOf(token.text.toUpperCase()) ?? -1;
  if (word >= 0) return word + rule.min;
  const range = `${rule.min} to ${rule.max}${rule.words === undefined ? "" : ` or ${rule.words.join(", ")}`}`;
  if (!/^\d{1,4}$/.test(token.text)) {
    const what = token.text === "" ? "A value is missing" : `"${token.text}" is not a value`;
    const place = token.text === "" ? { text: " ", at: token.at } : token;
    throw new CronFault(place, `${what} of the ${rule.name} (${range}).`);
  }
  const number = Number(token.text);
  if (number >= rule.min && number <= rule.max) return number;
  throw new CronFault(token, `The ${rule.name} is ${number}; it must be from ${range}.`);
}

/**
 * Jenkins's `H`, `H/15` and `H(0-29)/10` stand for numbers that spread jobs over time. A number that only the server
 * knows would surprise people, so the remedy suggests one, always the same for the same expression.
 */
function hashed(item: Token, rule: FieldRule, seed: string): CronFault {
  const message = `H, a number that is chosen for you, is not supported in the ${rule.name}`;
  const match = /^H(?:\((\d{1,4})-(\d{1,4})\))?(?:\/(\d{1,4}))?$/i.exec(item.text);
  const from = Number(match?.[1] ?? rule.min);
  const to = Number(match?.[2] ?? rule.lastHashed ?? rule.last);
  const step = match?.[3] === undefined ? undefined : Number(match[3]);
  const size = Math.min(to - from + 1, step ?? Number.POSITIVE_INFINITY);
  if (match === null || from < rule.min || to > rule.last || !(size >= 1)) return new CronFault(item, `${message}.`);
  const first = from + Number(Bun.hash.wyhash(`${seed} ${rule.name}`) % BigInt(size));
  const text = step === undefined ? `${first}` : stepped(first, to, step);
  return new CronFault(item, message, { item, text });
}
