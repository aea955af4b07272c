import type { ImportKind } from "./import-statement.ts";
import type { Manifest } from "./package-manifests.ts";

/** Returns the conditions under which `exports` and `imports` of a package are resolved; `default` always applies. */
export function packageConditions(kind: ImportKind, browser: boolean): string[] {
  return ["ratchet", "worker", ...(browser ? ["browser"] : []), kind];
}

/** Returns the targets of a path that a package exports, or of its own name `#path`, in the order to be tried. */
export async function exportTarget(
  manifest: Manifest,
  path: string,
  conditions: readonly string[],
): Promise<readonly string[]> {
  const { exports, imports } = await import("resolve.exports");
  const options = { unsafe: true, conditions };
  try {
    const found: unknown = path.startsWith("#") ? imports(manifest, path, options) : exports(manifest, path, options);
    return Array.isArray(found) ? found.filter((target) => typeof target === "string") : [];
  } catch {
    return []; // resolve.exports throws for a path that a package does not export
  }
}
