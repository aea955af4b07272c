/** The forms that {@link parseDuration} accepts, for error messages. */
export const DURATION_FORMS = "a number with ms, s, m, h, d or w, such as 300ms, 5s or 1m30s";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Parses a duration such as `300ms`, `5s`, `1.5s`, `2m`, `1h`, `7d`, `2w` or `1m30s`. A unit is required, because a bare number
 * could mean seconds or milliseconds. Several parts are added up; each has a smaller unit than the one before it.
 * @returns whole ms, `undefined` for any other form or a duration that a number of ms cannot represent exactly
 * @example
 * ```ts
 * parseDuration("1.5s"); // => 1_500
 * parseDuration("1m30s"); // => 90_000
 * parseDuration("2w"); // => 1_209_600_000
 * parseDuration("90"); // => undefined
 * ```
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(?:\d{1,15}(?:\.\d{1,9})? ?(?:ms|s|m|h|d|w) ?){1,6}$/.test(trimmed)) return undefined;
  let total = 0;
  let previous = Number.POSITIVE_INFINITY;
  for (const [, value, name = ""] of trimmed.matchAll(/(\d+(?:\.\d+)?) ?(ms|s|m|h|d|w)/g)) {
    const unit = UNIT_MS[name] ?? 0;
    if (unit >= previous) return undefined;
    previous = unit;
    total += Number(value) * unit;
  }
  return wholeNumber(total);
}

/**
 * Formats a duration in its largest whole unit: 5000 is `5s`, 1500 is `1500ms`.
 * @param ms whole milliseconds
 */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** Formats the bound of a duration. People read long ones in days: 365 days are `365d`, not `8760h`. @param ms whole milliseconds */
export function formatBound(ms: number): string {
  const days = ms / DAY_MS;
  return days >= 2 && Number.isInteger(days) ? `${days}d` : formatDuration(ms);
}

const DAY_MS = 86_400_000;

/** Rounds a value, but rejects `0.4ms` instead of rounding it to 0: nobody means a limit of zero. */
function wholeNumber(value: number): number | undefined {
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) && (rounded > 0 || value === 0) ? rounded : undefined;
}
