import type { ImportStatement } from "./import-statement.ts";
import { packageFolder, readManifest } from "./package-manifests.ts";
import { type Definition, type ExportingFiles, findDefinition, namesIn } from "./re-exports.ts";

/** The files of a program, and the parts of packages that are left out. */
export interface NarrowingFiles extends ExportingFiles {
  /** The text of each file by its path. */
  readonly sources: Map<string, string>;
  /** The names that each file imports, as far as they were needed. */
  readonly named: Map<string, NamedImports>;
  /** The contents of modules that stand for others, with only those of their exports that a file imports. */
  readonly narrowed: Map<string, string>;
}

/** Languages whose imports are as they are written. A compiler may add imports to JSX. */
const PLAIN = /\.[mc]?[jt]s$/;
/** With specifiers that have only one spelling, except with escapes. */
const NAMED_IMPORT = /\b(?:import|export)\s*(type\s*)?\{([^{}]*)\}\s*from\s*(["'])([\w@./-]+)\3/g;
/** What stands between two quotes, whichever of them belong together. */
const BETWEEN_QUOTES = /(?<=["'`])[\w@./-]+(?=["'`])/g;
/** Something between quotes that could be a specifier with escapes in it. */
const ESCAPED = /["'`][\w@./{}-]*\\[\w@./{}\\\r\n-]*["'`]/;

/** The names that a file imports, by specifier. A specifier that is used in any other way has none. */
type NamedImports = ReadonlyMap<string, readonly string[]>;

/** Reads which names a file imports from where. */
function namedImports(path: string, text: string): NamedImports {
  const found = new Map<string, { names: string[]; count: number }>();
  if (!PLAIN.test(path) || ESCAPED.test(text)) return new Map();
  for (const [, type, clause = "", , specifier = ""] of text.matchAll(NAMED_IMPORT)) {
    const names = type === undefined ? namesIn(clause.replace(/(^|,)\s*type\s+(?!as\b)[^,]*/g, "$1")) : new Map();
    if (names === undefined) continue;
    const known = found.get(specifier) ?? { names: [], count: 0 };
    known.names.push(...names.values());
    found.set(specifier, { names: known.names, count: known.count + 1 });
  }
  for (const [specifier] of text.matchAll(BETWEEN_QUOTES)) {
    const known = found.get(specifier);
    if (known !== undefined) known.count -= 1;
  }
  const narrow = [...found].filter(([, { names, count }]) => count === 0 && names.length > 0);
  return new Map(narrow.map(([specifier, { names }]) => [specifier, [...new Set(names)]]));
}

/**
 * Narrows an import to the modules that define what is imported, if the package declares that its modules have no side
 * effects (`"sideEffects": false`), so that the rest of it is neither bundled nor evaluated. Bun does this only for files
 * that it finds itself.
 * @param path what the specifier leads to
 * @returns the name of the module in `narrowed` that replaces it; undefined if all of the module has to be there
 */
export async function narrowedImport(
  program: NarrowingFiles,
  { specifier, importer }: ImportStatement,
  path: string,
): Promise<string | undefined> {
  const folder = packageFolder(path);
  if (folder === "." || (await readManifest(program, folder))?.sideEffects !== false) return undefined;
  const named = program.named.get(importer) ?? namedImports(importer, program.sources.get(importer) ?? "");
  program.named.set(importer, named);
  const found: { exported: string; definition: Definition }[] = [];
  for (const exported of named.get(specifier) ?? []) {
    const definition = await findDefinition(program, path, exported);
    if (definition === undefined || definition === "absent") return undefined;
    found.push({ exported, definition });
  }
  if (found.every(({ definition }) => definition.path === path)) return undefined;
  // As in the module itself, so that modules which import each other are evaluated from the same end.
  found.sort((a, b) => compareOrders(a.definition.order, b.definition.order));
  const text = found.map(
    ({ exported, definition: { path, name } }) => `export { ${name} as ${exported} } from ${JSON.stringify(path)};`,
  );
  const name = `ratchet:${found.map(({ exported }) => exported).join(",")} of ${path}`;
  program.narrowed.set(name, text.join("\n"));
  return name;
}

function compareOrders(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((position, index) => position !== b[index]);
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}
