import type { Program } from "acorn";
import { untrustedTranspiler } from "./scan-source.ts";
import type { SourceLanguage } from "./source-language.ts";

/**
 * Parses a program to a syntax tree. Types are removed first, so positions differ from those of a TypeScript source.
 * Bun's parser does not expose its tree. Acorn is only loaded for programs whose form cannot be determined otherwise.
 * @returns the tree and the text that was parsed; `undefined` for syntax that acorn does not support
 */
export async function parseScript(
  text: string,
  language: SourceLanguage,
  sourceType: "script" | "module" = "script",
): Promise<{ program: Program; script: string } | undefined> {
  const { parse } = await import("acorn");
  try {
    // The transpiler imports its helpers for decorators from its own module.
    const script =
      language === "js"
        ? text
        : untrustedTranspiler("ts")
            .transformSync(text)
            .replace(/^import \{[^}]*\} from "bun:wrap";\n/gm, "");
    return { program: parse(script, { ecmaVersion: "latest", sourceType, allowHashBang: true }), script };
  } catch {
    return undefined;
  }
}

/** Returns true if `export {}` in a program is a statement, and not part of a comment or string. */
export async function hasEmptyExport(text: string, language: SourceLanguage): Promise<boolean> {
  const parsed = await parseScript(text, language, "module");
  return parsed?.program.body.some(({ type }) => type === "ExportNamedDeclaration") ?? false;
}

/** Returns true if a top-level statement declares `main`. */
export function definesMain(statement: Program["body"][number]): boolean {
  if (statement.type === "ImportDeclaration") return statement.specifiers.some(({ local }) => local.name === "main");
  if (statement.type === "FunctionDeclaration") return statement.id?.name === "main";
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  if (declaration?.type !== "VariableDeclaration") return false;
  // Destructuring may define it.
  return declaration.declarations.some(({ id }) => id.type !== "Identifier" || id.name === "main");
}
