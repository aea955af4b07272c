declare const RATCHET_NODE_MODULES: readonly string[];

const builtinModules = [...RATCHET_NODE_MODULES];

function isBuiltin(name: string): boolean {
  return builtinModules.includes(name.replace(/^node:/, ""));
}

/** What the modules of a task need is found when it is loaded. Nothing can be loaded later. */
function createRequire() {
  const require = (name: string): never => {
    throw Object.assign(
      new Error(
        `Cannot find module '${name}': write require("${name}") or import it, so that it is found when the task is loaded`,
      ),
      {
        code: "MODULE_NOT_FOUND",
      },
    );
  };
  return Object.assign(require, { resolve: require, cache: {}, extensions: {} });
}

const Module = Object.assign(() => undefined, {
  builtinModules,
  isBuiltin,
  createRequire,
  _extensions: {},
  _cache: {},
});

export default Object.assign(Module, { Module });
