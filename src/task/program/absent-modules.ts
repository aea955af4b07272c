import type { Problem } from "../../domain/problem.ts";
import { absenceOf, nodeModuleName } from "../node/module-table.ts";
import { findSpecifier } from "./find-specifier.ts";
import { scanImports, untrustedTranspiler } from "./scan-source.ts";
import type { SourceLanguage } from "./source-language.ts";

/** Finds imports of modules of Node.js that a task can't use. They load, but everything in them throws. */
export function absentModules(text: string, language: SourceLanguage, file: string): Problem[] {
  if (!/\b(?:import|require|from)\b/.test(text)) return [];
  return importsOf(text, language).flatMap((specifier) => {
    const name = nodeModuleName(specifier);
    const absence = name === undefined ? undefined : absenceOf(name);
    if (absence === undefined) return [];
    const message = `${specifier} can be imported, but not used: ${absence.reason}.`;
    return [{ severity: "warning", file, ...findSpecifier(text, specifier), message, remedy: absence.remedy }];
  });
}

/** Syntax errors are reported elsewhere. */
function importsOf(text: string, language: SourceLanguage): string[] {
  try {
    const imports = scanImports(text, untrustedTranspiler(language));
    return [...new Set(imports.map(({ path }) => path))];
  } catch {
    return [];
  }
}
