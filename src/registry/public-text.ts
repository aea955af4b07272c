/** Why a source can't be had, for everyone who may see its status: without private causes, and no full stop at the end. */
export function publicText(error: unknown): string {
  const known = error instanceof Error ? error.message : String(error);
  return known.replace(/\.$/, "");
}
