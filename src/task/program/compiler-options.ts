import { isObject } from "../../lib/is-object.ts";

/** Options of tsconfig.json that change what a program does, by their names there. All others are for editors. */
export interface CompilerOptions {
  /** Patterns of imports, each with files relative to the task's folder that are tried in order. */
  paths?: Readonly<Record<string, readonly string[]>>;
  jsx?: string;
  jsxFactory?: string;
  jsxFragmentFactory?: string;
  jsxImportSource?: string;
  /** Decorators as TypeScript had them before they became part of the language. */
  experimentalDecorators?: boolean;
  emitDecoratorMetadata?: boolean;
}

/** A tsconfig.json as it was written. None of it is trusted. */
export interface RawTsconfig {
  extends: readonly string[];
  baseUrl: string | undefined;
  options: CompilerOptions;
}

/** Reads the text of a tsconfig.json, which may have comments. Members of another type than expected are left out. */
export function parseTsconfig(text: string): RawTsconfig {
  const value: unknown = parseJsonWithComments(text);
  const root = isObject(value) ? value : {};
  const given = isObject(root.compilerOptions) ? root.compilerOptions : {};
  const options: CompilerOptions = {};
  for (const name of ["jsx", "jsxFactory", "jsxFragmentFactory", "jsxImportSource"] as const) {
    const text = given[name];
    if (typeof text === "string") options[name] = text;
  }
  for (const name of ["experimentalDecorators", "emitDecoratorMetadata"] as const) {
    const flag = given[name];
    if (typeof flag === "boolean") options[name] = flag;
  }
  if (isObject(given.paths)) options.paths = readPaths(given.paths);
  const { extends: bases } = root;
  return {
    extends: (Array.isArray(bases) ? bases : [bases]).filter((base) => typeof base === "string"),
    baseUrl: typeof given.baseUrl === "string" ? given.baseUrl : undefined,
    options,
  };
}

function readPaths(given: Readonly<Record<string, unknown>>): Record<string, string[]> {
  const entries = Object.entries(given).map(([pattern, targets]): [string, string[]] => [
    pattern,
    Array.isArray(targets) ? targets.filter((target) => typeof target === "string") : [],
  ]);
  return Object.fromEntries(entries);
}

/**
 * Returns the paths that an import may refer to by `paths`, relative to the task's folder and in the order in which they
 * are tried. The pattern with the longest text before its `*` counts, and one without `*` before all others.
 */
export function mappedPaths({ paths = {} }: CompilerOptions, specifier: string): readonly string[] {
  if (Object.hasOwn(paths, specifier)) return paths[specifier] ?? [];
  let best: { length: number; targets: readonly string[]; matched: string } | undefined;
  for (const [pattern, targets] of Object.entries(paths)) {
    const [before = "", after, ...more] = pattern.split("*");
    if (after === undefined || more.length > 0 || before.length < (best?.length ?? 0)) continue;
    const fits = specifier.startsWith(before) && specifier.endsWith(after);
    if (!fits || specifier.length < before.length + after.length) continue;
    best = { length: before.length, targets, matched: specifier.slice(before.length, specifier.length - after.length) };
  }
  const matched = best?.matched ?? "";
  return (best?.targets ?? []).map((target) => target.replace("*", () => matched));
}

/** Returns what the bundler does with JSX, which can also be set by comments such as `@jsx h` in a file. */
export function jsxSettings(options: CompilerOptions): NonNullable<Bun.BuildConfig["jsx"]> {
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource } = options;
  const isClassic = jsx === "react" || (jsx === undefined && jsxFactory !== undefined);
  return {
    runtime: isClassic ? "classic" : "automatic",
    development: false,
    ...(jsxFactory === undefined ? {} : { factory: jsxFactory }),
    ...(jsxFragmentFactory === undefined ? {} : { fragment: jsxFragmentFactory }),
    ...(jsxImportSource === undefined ? {} : { importSource: jsxImportSource }),
  };
}

/** Parses JSON that may have comments and trailing commas; undefined if it is neither. */
export function parseJsonWithComments(text: string): unknown {
  try {
    return Bun.JSONC.parse(text);
  } catch {
    return undefined;
  }
}
