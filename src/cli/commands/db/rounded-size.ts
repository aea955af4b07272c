const UNITS = ["B", "kB", "MB", "GB"] as const;

/** Formats a size for people, such as `4.4MB`. One kB is 1024 bytes. */
export function roundedSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))}${UNITS[unit]}`;
}
