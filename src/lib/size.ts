/** The forms that {@link parseSize} accepts, for error messages. */
export const SIZE_FORMS = "a number with B, kB, MB or GB (1 kB is 1024 bytes), such as 512kB or 64MB";

const UNIT_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/**
 * Reads a size as people write it: `512kB`, `64MB`, `1.5GB`, `100B`; `KiB`, `MiB` and `GiB` mean the same, case does
 * not matter. One kB is 1024 bytes, as for the memory of every engine. A unit is required.
 * @returns whole bytes, `undefined` when the text has another form or is beyond what a number can count exactly
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?) ?(b|[kmg]i?b)$/i.exec(text.trim());
  const unit = UNIT_BYTES[match?.[2]?.toLowerCase().replace("i", "") ?? ""];
  if (unit === undefined) return undefined;
  const value = Number(match?.[1]) * unit;
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) && (rounded > 0 || value === 0) ? rounded : undefined;
}
