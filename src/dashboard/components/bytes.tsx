const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Returns a size in bytes as people write it, such as "1.5 MiB". */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** A size. @param value in bytes; null if it is not known */
export function Bytes({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <span class="quiet">–</span>;
  return (
    <span class="number" title={`${value} bytes`}>
      {bytesText(value)}
    </span>
  );
}
