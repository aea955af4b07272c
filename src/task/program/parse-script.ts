import type { Program } from "acorn";
import { type SourceLanguage, untrustedTranspiler } from "./scan-source.ts";

/**
 * The syntax tree of a program; types are taken out first, so that its places are not those of a TypeScript source.
 * Bun's parser gives no tree; this one is loaded only for programs whose form cannot be told otherwise.
 * @returns also the text that was parsed; `undefined` when it has syntax that acorn does not know
 */
export async function parseScript(
  text: string,
  language: SourceLanguage,
  sourceType: "script" | "module" = "script",
): Promise<{ program: Program; script: string } | undefined> {
  const { parse } = await import("acorn");
  try {
    // What the transpiler needs for decorators comes from a module of its own.
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

/** Whether a program that seems to have `export {}` really has it, and not in a comment or text. */
export async function hasEmptyExport(text: string, language: SourceLanguage): Promise<boolean> {
  const parsed = await parseScript(text, language, "module");
  return parsed?.program.body.some(({ type }) => type === "ExportNamedDeclaration") ?? false;
}

/** Whether a statement at the top of a program declares `main`. */
export function definesMain(statement: Program["body"][number]): boolean {
  if (statement.type === "ImportDeclaration") return statement.specifiers.some(({ local }) => local.name === "main");
  if (statement.type === "FunctionDeclaration") return statement.id?.name === "main";
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  if (declaration?.type !== "VariableDeclaration") return false;
  // Destructuring may well define it.
  return declaration.declarations.some(({ id }) => id.type !== "Identifier" || id.name === "main");
}
