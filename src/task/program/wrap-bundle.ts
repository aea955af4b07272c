import { IMPORT_META } from "./prepare-source.ts";

/** Finds the task's function in the exports of a program. */
export const PICK = '(e)=>[e.default,e.main,e.default?.default,e.default?.main].find((f)=>typeof f==="function")';

/**
 * Turns a bundle into an expression that evaluates to the task's function and defines no names. All code stays on its
 * line. The bundler replaces `typeof require` by "function" and keeps calls that it cannot resolve, so there must be a
 * `require`: UMD packages look for it, and some call it for modules that do not exist.
 */
export function wrapBundle(code: string, strict: boolean): string {
  return `(()=>{const module={exports:{}};${SURROUNDINGS}${bodyStart(strict)}${code}\n})(module,module.exports);return (${PICK})(module.exports.default)})()\n`;
}

const FAIL = 'const e=new Error("Cannot find module \'"+name+"\': only imports by a constant name are bundled");';

/** Defines what every bundle finds around it. */
export const SURROUNDINGS = [
  `const require=(name)=>{${FAIL}e.code="MODULE_NOT_FOUND";throw e};`,
  `const ${IMPORT_META}={__proto__:null,env:{__proto__:null}};`,
].join("");

/** Begins the function that contains the code of a bundle. */
export function bodyStart(strict: boolean): string {
  return `((module,exports)=>{${strict ? '"use strict";' : ""}`;
}
