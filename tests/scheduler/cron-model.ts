import fc from "fast-check";

/** One field with its text and its meaning: the values are known beforehand, not parsed from the text. */
export interface FieldModel {
  text: string;
  /** `*` alone. */
  any: boolean;
  /** `*` or a step of `*`. */
  star: boolean;
  values: ReadonlySet<number>;
}

/** An expression of five fields: minute, hour, day of the month, month, day of the week. */
export type CronModel = readonly [FieldModel, FieldModel, FieldModel, FieldModel, FieldModel];

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

interface Item {
  text: string;
  values: number[];
}

function walk(from: number, steps: number, step: number, min: number, max: number): number[] {
  const size = max - min + 1;
  const values: number[] = [];
  for (let n = 0; n <= steps; n += step) values.push(((from - min + n) % size) + min);
  return values;
}

/** Ranges that begin and end anywhere, and wrap around the end of their field where necessary. */
function rangeItem(min: number, max: number, wraps: boolean): fc.Arbitrary<Item> {
  const size = max - min + 1;
  const ends = fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
  return fc
    .tuple(ends, fc.option(fc.integer({ min: 1, max: size }), { nil: undefined }), fc.boolean())
    .map(([[a, b], step, words]) => {
      const [from, to] = wraps ? [a, b] : [Math.min(a, b), Math.max(a, b)];
      const steps = (to - from + size) % size;
      const name = (value: number) => (words && max === 6 ? (WEEKDAYS[value] ?? "") : String(value));
      const text = `${name(from)}-${name(to)}${step === undefined ? "" : `/${step}`}`;
      return { text, values: walk(from, steps, step ?? 1, min, max) };
    });
}

function itemOf(min: number, max: number, wraps: boolean): fc.Arbitrary<Item> {
  const value = fc.integer({ min, max });
  const single = value.map((n) => ({ text: String(n), values: [n] }));
  const startAndStep = fc
    .tuple(value, fc.integer({ min: 1, max: max - min + 1 }))
    .map(([from, step]) => ({ text: `${from}/${step}`, values: walk(from, max - from, step, min, max) }));
  return fc.oneof(single, single, rangeItem(min, max, wraps), startAndStep);
}

function fieldOf(min: number, max: number, wraps: boolean): fc.Arbitrary<FieldModel> {
  const all = walk(min, max - min, 1, min, max);
  const any = fc.constant({ text: "*", any: true, star: true, values: new Set(all) });
  const step = fc.integer({ min: 1, max: max - min + 1 }).map((n) => {
    return { text: `*/${n}`, any: false, star: true, values: new Set(walk(min, max - min, n, min, max)) };
  });
  const list = fc.array(itemOf(min, max, wraps), { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(","),
    any: false,
    star: false,
    values: new Set(items.flatMap(({ values }) => values)),
  }));
  return fc.oneof(any, any, step, list, list);
}

/** @param wraps whether ranges may wrap around the end of their field */
export function cronModels(wraps: boolean): fc.Arbitrary<CronModel> {
  const [minute, hour, day, month, weekday] = BOUNDS.map(([min, max]) => fieldOf(min, max, wraps)) as [
    fc.Arbitrary<FieldModel>,
    fc.Arbitrary<FieldModel>,
    fc.Arbitrary<FieldModel>,
    fc.Arbitrary<FieldModel>,
    fc.Arbitrary<FieldModel>,
  ];
  // Most months and days, so that a window of some days has firings.
  const mostly = (field: fc.Arbitrary<FieldModel>, [min, max]: readonly [number, number]) => {
    const any = { text: "*", any: true, star: true, values: new Set(walk(min, max - min, 1, min, max)) };
    return fc.oneof({ weight: 4, arbitrary: fc.constant(any) }, { weight: 1, arbitrary: field });
  };
  return fc.tuple(minute, hour, mostly(day, BOUNDS[2]), mostly(month, BOUNDS[3]), mostly(weekday, BOUNDS[4]));
}

export const textOf = (model: CronModel): string => model.map(({ text }) => text).join(" ");

/** @param wall wall clock time as if it were UTC, ms */
function matches([minute, hour, day, month, weekday]: CronModel, wall: number): boolean {
  const date = new Date(wall);
  if (!minute.values.has(date.getUTCMinutes()) || !hour.values.has(date.getUTCHours())) return false;
  if (!month.values.has(date.getUTCMonth() + 1)) return false;
  const onDay = day.values.has(date.getUTCDate());
  const onWeekday = weekday.values.has(date.getUTCDay());
  // If both are restricted, one match is enough.
  return day.any || weekday.any ? onDay && onWeekday : onDay || onWeekday;
}

const MINUTE = 60_000;

/** Some days, minute by minute, as a wall clock shows them. */
export interface WallWindow {
  zone: string;
  from: number;
  /** Wall clock time of each minute, as if it were UTC, ms. */
  walls: readonly number[];
}

/** Reads a wall clock every minute, without knowing offsets or changes. */
export function readWallClock(zone: string, day: string, days: number): WallWindow {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const from = Date.parse(`${day}T00:00:00Z`) - Math.floor(days / 2) * 86_400_000;
  const walls = Array.from({ length: days * 1_440 }, (_, n) => {
    const [month = 0, dayOfMonth = 0, year = 0, hour = 0, minute = 0] =
      format
        .format(from + n * MINUTE)
        .match(/\d+/g)
        ?.map(Number) ?? [];
    return Date.UTC(year, month - 1, dayOfMonth, hour, minute);
  });
  return { zone, from, walls };
}

/** Returns all firings in a window except in its first minute, by the rule in docs/api.md. */
export function expectedFirings(model: CronModel, { from, walls }: WallWindow): number[] {
  const [minute, hour] = model;
  const found: number[] = [];
  let shown = walls[0] ?? 0;
  for (const [n, wall] of walls.entries()) {
    if (n === 0) continue;
    if (minute.star || hour.star) {
      if (matches(model, wall)) found.push(from + n * MINUTE);
      continue;
    }
    // Times that the clock has not shown before: one, several after a gap, none while it repeats.
    let fires = false;
    for (; shown < wall; shown += MINUTE) fires ||= matches(model, shown + MINUTE);
    if (fires) found.push(from + n * MINUTE);
  }
  return found;
}
