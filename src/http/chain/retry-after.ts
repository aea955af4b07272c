const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7). */
const IMF = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
/** `Sunday, 06-Nov-94 08:49:37 GMT`, which RFC 850 had. */
const RFC_850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/i;
/** `Sun Nov  6 08:49:37 1994`, as C's asctime has it. */
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([\d ]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/**
 * Parses Retry-After in both of its forms: a number of seconds, or a date in any of the three forms of HTTP (RFC 9110,
 * sections 10.2.3 and 5.6.7).
 * @param now ms since the epoch
 * @returns ms from now, 0 for a date that has passed; undefined if the value is neither
 * @example
 * ```ts
 * parseRetryAfter("120", 0); // => 120_000
 * parseRetryAfter("Thu, 01 Jan 1970 00:00:05 GMT", 2_000); // => 3_000
 * parseRetryAfter("soon", 0); // => undefined
 * ```
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1_000;
  const date = parseHttpDate(text, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}

/** @returns ms since the epoch; undefined if it is not a date */
function parseHttpDate(text: string, now: number): number | undefined {
  const imf = IMF.exec(text);
  if (imf !== null) return timeOf(imf[3], imf[2], imf[1], imf.slice(4));
  const old = RFC_850.exec(text);
  if (old !== null) return timeOf(fullYear(Number(old[3]), now), old[2], old[1], old.slice(4));
  const plain = ASCTIME.exec(text);
  return plain === null ? undefined : timeOf(plain[6], plain[1], plain[2], plain.slice(3, 6));
}

/** A year of two digits that would be more than 50 years ahead is one of the past (RFC 9110, section 5.6.7). */
function fullYear(twoDigits: number, now: number): number {
  const current = new Date(now).getUTCFullYear();
  const year = current - (current % 100) + twoDigits;
  return year > current + 50 ? year - 100 : year;
}

function timeOf(
  year: string | number | undefined,
  month: string | undefined,
  day: string | undefined,
  clock: readonly string[],
): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = clock.map(Number);
  const monthIndex = MONTHS.indexOf((month ?? "").toLowerCase());
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  // 60 is a leap second.
  const isValid = monthIndex >= 0 && date.getUTCDate() === Number(day) && hours < 24 && minutes < 60 && seconds <= 60;
  return isValid ? date.setUTCHours(hours, minutes, seconds) : undefined;
}
