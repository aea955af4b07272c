import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { untrustedTranspiler } from "../program/scan-source.ts";
import type { SourceLanguage } from "../program/source-language.ts";
import { type Token, tokens } from "../program/tokens.ts";
import { type Constant, readConstant } from "./constant.ts";

/** What a program in a single file says about itself. */
export const DESCRIBING_EXPORTS = ["input", "output", "meta"] as const;

/** One of these names. */
export type DescribingExport = (typeof DESCRIBING_EXPORTS)[number];

/** The exports that a program has, and what is wrong with them. */
export interface ExportedConstants {
  constants: ReadonlyMap<DescribingExport, Constant>;
  problems: readonly Problem[];
}

/**
 * Reads the constants that describe a task from the text of its program: `export const input = {...}`. The program is not
 * run, so their values have to be written out in the file.
 * @param text without a `#!` line
 * @param file name to report in problems
 */
export function exportedConstants(text: string, language: SourceLanguage, file: string): ExportedConstants {
  const constants = new Map<DescribingExport, Constant>();
  const problems: Problem[] = [];
  const names = exportedNames(text, language);
  if (names.length === 0) return { constants, problems };
  const all = [...tokens(text)];
  const declared = declarations(all);
  const exported = exportsOf(all);
  const source = { text, tokens: all, initializer: (name: string) => declared.get(name) };
  for (const name of names) {
    const { at, local } = exported.get(name) ?? { at: 0, local: "" };
    const start = declared.get(local);
    const constant = start === undefined ? { offset: at, isTooLarge: false } : readConstant(source, start);
    if ("value" in constant) constants.set(name, constant);
    else if (constant.isTooLarge) problems.push(tooLarge(name, file, linePosition(text, constant.offset)));
    else problems.push(notConstant(name, file, linePosition(text, constant.offset)));
  }
  return { constants, problems };
}

/** Returns the describing exports that the parser finds. A syntax error is reported when the program is loaded. */
function exportedNames(text: string, language: SourceLanguage): DescribingExport[] {
  // Most programs have none, and need no parser here.
  if (!/\bexport\b/.test(text) || !/\b(?:input|output|meta)\b/.test(text)) return [];
  try {
    const { exports } = untrustedTranspiler(language).scan(text);
    return DESCRIBING_EXPORTS.filter((name) => exports.includes(name));
  } catch {
    return [];
  }
}

function notConstant(name: DescribingExport, file: string, place: { line: number; column: number }): Problem {
  const message = `The export \`${name}\` is not a constant: what stands here is known only when the program runs.`;
  const remedy = `Write its value out, as in \`export const ${name} = {...}\`; it may use other constants of the file.`;
  return { severity: "error", file, ...place, message, remedy };
}

function tooLarge(name: DescribingExport, file: string, place: { line: number; column: number }): Problem {
  const message = `The export \`${name}\` is too large: it uses other constants so often that it can't be read.`;
  return { severity: "error", file, ...place, message, remedy: "Use fewer constants that are defined by others." };
}

/** Finds `const name = value` and `const name: Type = value` outside all brackets: the index where each value begins. */
function declarations(all: readonly Token[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const at of topLevel(all)) {
    const name = all[at + 1]?.text ?? "";
    if (all[at]?.text !== "const" || !/^[A-Za-z_$]/.test(name)) continue;
    const value = valueAfter(all, at + 2);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

/** Returns the index after the `=` of a declaration, behind its type. */
function valueAfter(all: readonly Token[], start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < all.length; at++) {
    const token = all[at]?.text ?? "";
    if (/^[([{<]$/.test(token)) depth++;
    // The arrow of a function type has a `>` that closes nothing.
    else if (/^[)\]}>]$/.test(token) && !(token === ">" && all[at - 1]?.text === "=")) depth--;
    else if (token === ";" && depth === 0) return undefined;
    else if (token === "=" && depth === 0 && all[at + 1]?.text !== ">") return at + 1;
  }
  return undefined;
}

/** Finds `export const name`, and names in `export { name, other as name }`. */
function exportsOf(all: readonly Token[]): Map<DescribingExport, { at: number; local: string }> {
  const found = new Map<DescribingExport, { at: number; local: string }>();
  const add = (name: string, at: number, local: string) => {
    const known = DESCRIBING_EXPORTS.find((one) => one === name);
    if (known !== undefined) found.set(known, { at: all[at]?.start ?? 0, local });
  };
  for (const at of topLevel(all)) {
    if (all[at]?.text !== "export") continue;
    const next = all[at + 1]?.text ?? "";
    if (next === "const" || next === "let" || next === "var") {
      const name = all[at + 2]?.text ?? "";
      add(name, at + 2, next === "const" ? name : "");
    } else if (next === "{") {
      const end = all.findIndex((token, index) => index > at && token.text === "}");
      // `export { name } from "./file.ts"` takes it from another file, which is not read.
      const isElsewhere = all[end + 1]?.text === "from";
      for (let inside = at + 2; inside < end; inside++) {
        const local = all[inside]?.text ?? "";
        const renamed = all[inside + 1]?.text === "as";
        const name = renamed ? (all[inside + 2]?.text ?? "") : local;
        add(name, inside, isElsewhere ? "" : local);
        if (renamed) inside += 2;
      }
    }
  }
  return found;
}

/** Yields the indexes of the tokens outside all brackets. */
function* topLevel(all: readonly Token[]): Generator<number> {
  let depth = 0;
  for (const [at, { text }] of all.entries()) {
    if (depth === 0) yield at;
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth = Math.max(0, depth - 1);
  }
}
