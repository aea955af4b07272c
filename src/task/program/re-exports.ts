import { posix } from "node:path";
import { type PackagedFiles, packageFolder } from "./package-manifests.ts";
import { skipTrivia } from "./prepare-source.ts";
import { resolveImport } from "./resolve-import.ts";
import { scanSource } from "./scan-source.ts";

/** A statement of a module that only passes on what other modules export. */
interface ReExport {
  specifier: string;
  /** What the module exports, by the name under which the other one exports it; undefined for `export *`. */
  names: ReadonlyMap<string, string> | undefined;
}

/** What a module exports, read without running it. */
type ModuleExports =
  | { kind: "passes-on"; statements: readonly ReExport[] }
  /** `all` is false if more may be exported, such as by `export *`. */
  | { kind: "defines"; names: ReadonlySet<string>; all: boolean };

/** Where an export is defined. */
export interface Definition {
  path: string;
  /** Name under which `path` exports it. */
  name: string;
  /** Position of the statement that leads there, from the outermost module to the innermost: the order of evaluation. */
  order: readonly number[];
}

/** The modules whose exports were read, by path. */
export type KnownExports = Map<string, Promise<ModuleExports | undefined>>;

/** The files of a task, and what is known of the exports of its packages. */
export interface ExportingFiles extends PackagedFiles {
  readonly exports: KnownExports;
}

/** How many modules one export may be passed through. It stops modules that re-export each other. */
const MAX_DEPTH = 20;
const RE_EXPORT = /export\s*(?:\*|\{([^{}"'/]*)\})\s*from\s*(["'])(\.{1,2}\/[^"'\\\n]+)\2[ \t]*(?=[;\n\r/]|$)/y;
const NAMES = /^([\w$]+)(?:\s+as\s+([\w$]+))?$/;

/**
 * Finds the module that defines an export, through modules that consist of nothing but `export ... from` within one package.
 * @returns "absent" if there is no such export; undefined if that can't be told without running code
 */
export async function findDefinition(
  task: ExportingFiles,
  path: string,
  name: string,
  order: readonly number[] = [],
): Promise<Definition | "absent" | undefined> {
  const exported = await exportsOf(task, path);
  if (exported === undefined || order.length > MAX_DEPTH) return undefined;
  if (exported.kind === "defines") {
    if (exported.names.has(name)) return { path, name, order };
    return exported.all ? "absent" : undefined;
  }
  const named = exported.statements.findIndex(({ names }) => names?.has(name));
  const follow = async (index: number, wanted: string) => {
    const target = await targetOf(task, path, exported.statements[index]?.specifier ?? "");
    return target === undefined ? undefined : findDefinition(task, target, wanted, [...order, index]);
  };
  if (named !== -1) {
    const found = await follow(named, exported.statements[named]?.names?.get(name) ?? name);
    return found === "absent" ? undefined : found;
  }
  let definition: Definition | "absent" = "absent";
  // `export *` does not pass on a default export.
  if (name === "default") return definition;
  for (const [index, { names }] of exported.statements.entries()) {
    if (names !== undefined) continue;
    const found = await follow(index, name);
    if (found === undefined) return undefined;
    if (found === "absent") continue;
    // Two different ones are ambiguous, so the module does not export the name.
    if (definition !== "absent" && (definition.path !== found.path || definition.name !== found.name)) return undefined;
    if (definition === "absent") definition = found;
  }
  return definition;
}

/** Returns the file of the same package that a module passes on; undefined for anything else. */
async function targetOf(task: PackagedFiles, importer: string, specifier: string): Promise<string | undefined> {
  const found = await resolveImport(task, { specifier, importer, kind: "import" });
  return "path" in found && packageFolder(found.path) === packageFolder(importer) ? found.path : undefined;
}

function exportsOf(task: ExportingFiles, path: string): Promise<ModuleExports | undefined> {
  const known = task.exports.get(path) ?? readExports(task, path);
  task.exports.set(path, known);
  return known;
}

/** Reads what a module exports; undefined for CommonJS and for what is no JavaScript. */
async function readExports({ files }: PackagedFiles, path: string): Promise<ModuleExports | undefined> {
  if (!/^\.m?js$/.test(posix.extname(path))) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode((await files.read(path)) ?? new Uint8Array());
    const statements = reExports(text);
    if (statements !== undefined) return { kind: "passes-on", statements };
    const { isModule, exports } = scanSource({ text }, "js", path);
    if (!isModule) return undefined;
    return { kind: "defines", names: new Set(exports.filter((name) => name !== "*")), all: !exports.includes("*") };
  } catch {
    // The bundler reports what is wrong with the file.
    return undefined;
  }
}

/** Returns the statements of a module that consists of nothing but `export ... from`, with relative specifiers. */
function reExports(text: string): ReExport[] | undefined {
  const statements: ReExport[] = [];
  for (let at = skipTrivia(text, 0); at < text.length; at = skipTrivia(text, at)) {
    if (text[at] === ";") {
      at += 1;
      continue;
    }
    RE_EXPORT.lastIndex = at;
    const [statement, clause, , specifier] = RE_EXPORT.exec(text) ?? [];
    if (statement === undefined || specifier === undefined) return undefined;
    const names = clause === undefined ? undefined : namesIn(clause);
    if (clause !== undefined && names === undefined) return undefined;
    statements.push({ specifier, names });
    at += statement.length;
  }
  return statements.length === 0 ? undefined : statements;
}

/** Reads `a, b as c`. @returns the names before `as` by those after it; undefined if there is anything else */
export function namesIn(clause: string): Map<string, string> | undefined {
  const names = new Map<string, string>();
  for (const part of clause.split(",").map((text) => text.trim())) {
    if (part === "") continue;
    const [, name, other = name] = NAMES.exec(part) ?? [];
    if (name === undefined || other === undefined) return undefined;
    names.set(other, name);
  }
  return names;
}
