import { tokens } from "./tokens.ts";

/** Name of the module that defines the globals of Node.js that a bundle uses. */
export const NODE_GLOBALS = "ratchet:globals";

/** How each global is made when it is first touched. */
const MAKERS: Readonly<Record<string, string>> = {
  Buffer: 'require("node:buffer").Buffer',
  process: 'require("node:process")',
};
/** The bundler replaces `process.env.NODE_ENV`, so that alone needs no process. */
const MENTIONS: Readonly<Record<string, RegExp>> = {
  Buffer: /(?:(?<![.\w$])|\b(?:globalThis|global|self|window)\s*\.\s*)Buffer\b/,
  process: /(?:(?<![.\w$])|\b(?:globalThis|global|self|window)\s*\.\s*)process\b(?!\s*\.\s*env\s*\.\s*NODE_ENV\b)/,
};
const NAMES = Object.keys(MAKERS);

/** Returns the globals of Node.js that a source mentions, perhaps only in a comment. */
export function nodeGlobalsIn(text: string): string[] {
  return NAMES.filter((name) => MENTIONS[name]?.test(text));
}

/** Returns true if a program really uses a global of Node.js, and declares nothing with that name itself. */
export function usesNodeGlobals(text: string): boolean {
  const mentioned = new Set(nodeGlobalsIn(text));
  // The bundler replaces this one.
  if (/(?<![.\w$])global\b/.test(text)) mentioned.add("global");
  if (mentioned.size === 0) return false;
  const used = new Set<string>();
  let before = "";
  for (const token of tokens(text)) {
    if (mentioned.has(token.text)) {
      if (/^(?:function|class|const|let|var|[,{(])$/.test(before) && isDeclared(text, token.text))
        mentioned.delete(token.text);
      else if (before !== ".") used.add(token.text);
    }
    before = token.text;
  }
  return [...used].some((name) => mentioned.has(name));
}

/** A declaration, or a parameter. */
function isDeclared(text: string, name: string): boolean {
  return new RegExp(
    `\\b(?:function|class|const|let|var)\\s+${name}\\b|[(,]\\s*${name}\\s*(?:[,)][^;{}]*(?:=>|\\{))`,
  ).test(text);
}

/** Returns a module that defines globals which are made when they are first touched. */
export function globalsModule(names: ReadonlySet<string>): string {
  const definitions = [...names].map((name) => {
    const define = (value: string) =>
      `Object.defineProperty(globalThis,"${name}",{value:${value},writable:true,configurable:true,enumerable:false})`;
    return `Object.defineProperty(globalThis,"${name}",{configurable:true,enumerable:false,get(){const value=${MAKERS[name]};${define("value")};return value},set(value){${define("value")}}});`;
  });
  return definitions.join("");
}
