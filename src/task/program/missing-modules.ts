/** Returns a module that throws with the code that packages look for if they can do without a module. */
export function absentModule(path: string): string {
  return failing(`${path} is not available in the sandbox`, "MODULE_NOT_FOUND");
}

/** Returns what `require` gets in place of a module that awaits something at its top level. It throws as in Node.js. */
export function asyncModule(path: string): string {
  const message = `require() cannot be used on ${path}, because it or a module that it imports has a top-level await. Use import() instead.`;
  return failing(message, "ERR_REQUIRE_ASYNC_MODULE");
}

function failing(message: string, code: string): string {
  const error = `Object.assign(new Error(${JSON.stringify(message)}), { code: ${JSON.stringify(code)} })`;
  return `throw ${error};\nmodule.exports = {};`;
}
