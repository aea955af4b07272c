import { Cron } from "croner";

/** Wall clock times that match a cron expression, as if they were UTC, ms. Time zones do not matter here. */
export interface WallTimes {
  /** Returns the first one after `wall`; null if it would be after the year 2999. */
  after(wall: number): number | null;
  /** Returns the last one before `wall`; null if `wall` is before all of them. */
  before(wall: number): number | null;
}

/** The start of the year 3000, where croner stops searching. */
export const LATEST_MS = 32_503_680_000_000;

const DAY_S = 24 * 60 * 60;
const DAY_MS = DAY_S * 1_000;

/** Hours, minutes and seconds that match, each ascending. */
type Levels = readonly (readonly number[])[];

/**
 * Finds wall clock times. croner finds the days; this module finds the times of a day, because a backfill or a preview
 * needs thousands of them, and croner would block the server.
 * @param pattern six fields, as {@link readCron} writes them
 */
export function createWallTimes(pattern: string): WallTimes {
  const [second = "", minute = "", hour = "", ...dayFields] = pattern.split(" ");
  const rising: Levels = [valuesOf(hour, 23), valuesOf(minute, 59), valuesOf(second, 59)];
  // Searching backwards equals searching forwards with all signs changed.
  const falling: Levels = rising.map((values) => values.map((value) => -value).reverse());
  // Paused, because croner's own timers are not needed.
  const days = new Cron(`0 0 0 ${dayFields.join(" ")}`, { utcOffset: 0, paused: true });
  let known: { day: number; matches: boolean } | undefined;

  function isOn(day: number): boolean {
    if (known?.day !== day) known = { day, matches: days.match(new Date(day)) };
    return known.matches;
  }

  const from = (time: number) => firstFrom(rising, partsOf(time));
  const upTo = (time: number) => {
    const found = firstFrom(
      falling,
      partsOf(time).map((part) => -part),
    );
    return found === undefined ? undefined : -found;
  };

  return {
    after(wall) {
      if (wall >= LATEST_MS) return null;
      const second = Math.floor(wall / 1_000) + 1;
      const day = Math.floor(second / DAY_S) * DAY_MS;
      const time = isOn(day) ? from(second - day / 1_000) : undefined;
      if (time !== undefined) return day + time * 1_000;
      const next = days.nextRun(new Date(day))?.getTime();
      return next === undefined ? null : next + (from(0) ?? 0) * 1_000;
    },
    before(wall) {
      const second = Math.ceil(Math.min(wall, LATEST_MS) / 1_000) - 1;
      const day = Math.floor(second / DAY_S) * DAY_MS;
      const time = isOn(day) ? upTo(second - day / 1_000) : undefined;
      if (time !== undefined) return day + time * 1_000;
      const [previous] = days.previousRuns(1, new Date(day));
      return previous === undefined ? null : previous.getTime() + (upTo(DAY_S - 1) ?? 0) * 1_000;
    },
  };
}

/** Splits a time of day in seconds into hour, minute and second. */
const partsOf = (time: number): number[] => [Math.floor(time / 3_600), Math.floor(time / 60) % 60, time % 60];

/** Returns the first combination that is not before `parts`, in seconds. */
function firstFrom(levels: Levels, parts: readonly number[]): number | undefined {
  let same = 0;
  while (same < parts.length && levels[same]?.includes(parts[same] as number)) same++;
  if (same === parts.length) return secondsOf(parts);
  for (; same >= 0; same--) {
    const larger = levels[same]?.find((value) => value > (parts[same] as number));
    if (larger === undefined) continue;
    return secondsOf([...parts.slice(0, same), larger, ...levels.slice(same + 1).map(([first = 0]) => first)]);
  }
  return undefined;
}

const secondsOf = ([hour = 0, minute = 0, second = 0]: readonly number[]): number =>
  hour * 3_600 + minute * 60 + second;

/** Returns the values of a field from 0 to `max` that has only numbers and ascending ranges. */
function valuesOf(field: string, max: number): number[] {
  const values = new Set<number>();
  for (const item of field.split(",")) {
    const [base = "", step = "1"] = item.split("/");
    const [from = 0, to = from] = base === "*" ? [0, max] : base.split("-").map(Number);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
