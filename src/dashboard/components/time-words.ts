const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** Returns a time relative to another, such as "3 min ago" or "in 2 hr". Both are in ms since the epoch. */
export function relativeTime(at: number, now: number): string {
  const difference = at - now;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(difference) >= size) ?? ["second", 1_000];
  if (Math.abs(difference) < 5_000) return "just now";
  const format = new Intl.RelativeTimeFormat("en", { style: "short", numeric: "auto" });
  return format.format(Math.round(difference / ms), unit);
}

/** Returns a time in the reader's zone, to the second, with the zone. @param at in ms since the epoch */
export function exactTime(at: number): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" }).format(at);
}

/** Returns a duration in ms as people write it: "830 ms", "4.2 s", "3 min 5 s", "2 h 10 min", "3 d 4 h". */
export function durationText(ms: number): string {
  if (ms < 1) return ms <= 0 ? "0 ms" : "< 1 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1_000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600), Math.floor(seconds / 60)];
  if (days > 0) return pair(days, "d", hours % 24, "h");
  if (hours > 0) return pair(hours, "h", minutes % 60, "min");
  return pair(minutes, "min", seconds % 60, "s");
}

function pair(first: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${first} ${unit}` : `${first} ${unit} ${rest} ${restUnit}`;
}
