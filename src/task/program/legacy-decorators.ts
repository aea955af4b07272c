import type { CompilerOptions } from "./compiler-options.ts";
import type { SourceLanguage } from "./source-language.ts";

/** The module that the transpiled text imports its functions from. */
export const DECORATOR_MODULE = "bun:wrap";

/**
 * The functions that decorators are compiled to, as in TypeScript's tslib. Metadata is stored only if a package such as
 * reflect-metadata has added `Reflect.metadata`.
 */
export const DECORATOR_FUNCTIONS = `
export function __legacyDecorateClassTS(decorators, target, key, desc) {
  const count = arguments.length;
  let result = count < 3 ? target : desc === null ? (desc = Object.getOwnPropertyDescriptor(target, key)) : desc;
  if (typeof Reflect.decorate === "function") result = Reflect.decorate(decorators, target, key, desc);
  else
    for (let at = decorators.length - 1; at >= 0; at--) {
      const decorator = decorators[at];
      if (decorator)
        result = (count < 3 ? decorator(result) : count > 3 ? decorator(target, key, result) : decorator(target, key)) || result;
    }
  if (count > 3 && result) Object.defineProperty(target, key, result);
  return result;
}
export const __legacyDecorateParamTS = (index, decorator) => (target, key) => decorator(target, key, index);
export const __legacyMetadataTS = (key, value) => {
  if (typeof Reflect.metadata === "function") return Reflect.metadata(key, value);
};
`;

/** Returns true if a source has to be compiled with TypeScript's own decorators. */
export function usesLegacyDecorators(text: string, { experimentalDecorators }: CompilerOptions): boolean {
  return experimentalDecorators === true && hasDecorators(text);
}

/** Returns true if a source may have decorators or `accessor` members, which the engine does not know. */
export function hasDecorators(text: string): boolean {
  return /(?:^|[\s;{}()])@[\w$(]/.test(text) || /\baccessor\s+[#\w$["']/.test(text);
}

/**
 * Compiles TypeScript with its own decorators, which the bundler only does for files on the disk. Lines are those of the
 * result.
 */
export function compileLegacyDecorators(
  text: string,
  language: SourceLanguage | "tsx",
  { emitDecoratorMetadata = false }: CompilerOptions,
): string {
  return new Bun.Transpiler({
    loader: language,
    target: "browser",
    // Essential: see untrustedTranspiler. The option is missing from the declared type.
    macro: false as unknown as NonNullable<Bun.TranspilerOptions["macro"]>,
    deadCodeElimination: false,
    trimUnusedImports: true,
    tsconfig: JSON.stringify({ compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata } }),
  }).transformSync(text);
}
