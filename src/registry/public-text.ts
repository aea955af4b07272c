/**
 * Returns why a source is unavailable, for everyone who may see its status: without private causes or a final full
 * stop.
 */
export function publicText(error: unknown): string {
  const known = error instanceof Error ? error.message : String(error);
  return known.replace(/\.$/, "");
}
