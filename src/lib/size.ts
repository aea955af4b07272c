/** The forms that {@link parseSize} accepts, for error messages. */
export const SIZE_FORMS = "a number with B, kB, MB or GB (1 kB is 1024 bytes), such as 512kB, 64MB or 64M";

const UNIT_BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/**
 * Parses a size such as `512kB`, `64MB`, `1.5GB` or `100B`. `64M` and `64MiB` mean the same as `64MB`, and case does not
 * matter. One kB is 1024 bytes, as for the memory of every engine. A unit is required.
 * @returns whole bytes, `undefined` for any other form or a size that a number cannot represent exactly
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?) ?(b|[kmg](?:i?b)?)$/i.exec(text.trim());
  if (match === null) return undefined;
  const name = match[2]?.toLowerCase().replace("i", "") ?? "";
  const unit = UNIT_BYTES[(name.endsWith("b") ? name : `${name}b`) as keyof typeof UNIT_BYTES];
  const value = Number(match[1]) * unit;
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) && (rounded > 0 || value === 0) ? rounded : undefined;
}

/**
 * Formats a size in its largest whole unit: 65536 is `64kB`, 1000 is `1000B`.
 * @param bytes whole bytes
 */
export function formatSize(bytes: number): string {
  for (const [unit, size] of [
    ["GB", UNIT_BYTES.gb],
    ["MB", UNIT_BYTES.mb],
    ["kB", UNIT_BYTES.kb],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
