import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { moduleShape } from "./module-shape.ts";
import { NODE_MODULES, nodeModuleName } from "./module-table.ts";

/** Packages that the implementations use under names of Node.js's modules, or that are the same as one. */
const SAME_AS: Readonly<Record<string, string>> = {
  "process/": "process",
  "string_decoder/": "string_decoder",
  "safe-buffer": "buffer",
  qs: "querystring",
};
const ENTRY = "node-module";

/**
 * Build step: bundles each of Node.js's modules into a CommonJS module of its own, which imports the others by name, and
 * writes all of them into one file in `directory`, a JSON object of sources by name, compressed with zstd.
 * @returns the written file
 * @throws {Error} if a module does not bundle
 */
export async function prepareNodeModules(root: string, directory: string): Promise<readonly string[]> {
  const names = Object.keys(NODE_MODULES);
  const sources = await Promise.all(names.map(async (name) => [name, await bundleModule(root, name)] as const));
  await mkdir(directory, { recursive: true });
  const path = join(directory, "node-modules.sources");
  // Written under another name first, so that a concurrent build never reads half a file.
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, Bun.zstdCompressSync(JSON.stringify(Object.fromEntries(sources)), { level: 19 }));
  await rename(temporary, path);
  return [path];
}

async function bundleModule(root: string, name: string): Promise<string> {
  const entry = await facade(root, name);
  const result = await Bun.build({
    // The name must not look like a path.
    entrypoints: [`${ENTRY}:${name.replace("/", ".")}`],
    format: "cjs",
    target: "browser",
    env: "disable",
    minify: { syntax: true, whitespace: true },
    define: {
      "process.env.NODE_ENV": '"production"',
      "process.env.READABLE_STREAM": '"disable"',
      global: "globalThis",
      RATCHET_NODE_MODULES: JSON.stringify(Object.keys(NODE_MODULES)),
    },
    throw: false,
    plugins: [linkedByName(root, name, entry)],
  });
  const [output] = result.outputs;
  if (!result.success || output === undefined) throw new AggregateError(result.logs, `node:${name} did not bundle`);
  return await output.text();
}

/** The module, with everything that it lacks of Node.js's as functions that throw. */
async function facade(root: string, name: string): Promise<string> {
  const guest = join(root, "src/task/node/guest");
  const { source, reason = "a task has no such function", remedy = "Leave it out." } = NODE_MODULES[name] ?? {};
  const module = source === undefined ? "{}" : `require(${JSON.stringify(join(guest, source))}).default`;
  if (name === "process") return `module.exports=${module}`;
  const values = [name, await moduleShape(name), { reason, remedy }].map((value) => JSON.stringify(value));
  return `module.exports=require(${JSON.stringify(join(guest, "absent.ts"))}).completed(${module},${values.join(",")})`;
}

function linkedByName(root: string, name: string, entry: string): Bun.BunPlugin {
  return {
    name: "modules of Node.js, linked by name",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${ENTRY}:`) }, () => ({ path: name.replace("/", "."), namespace: ENTRY }));
      build.onLoad({ filter: /.*/, namespace: ENTRY }, () => ({ contents: entry, loader: "js" }));
      build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const other = SAME_AS[path] ?? nodeModuleName(path);
        // A module may be made of the package with its name.
        if (other !== undefined && !(other === name && path.endsWith("/")))
          return { path: `node:${other}`, external: true };
        if (path === "abort-controller") return { path: join(root, "src/task/node/guest/abort-controller.ts") };
        if (path.startsWith(".") || path.startsWith("/")) return undefined;
        return { path: Bun.resolveSync(path, importer === name.replace("/", ".") ? root : dirname(importer)) };
      });
      // Packages use Node.js's globals.
      build.onLoad({ filter: /node_modules.*\.js$/ }, async ({ path }) => {
        const text = await Bun.file(path).text();
        const uses =
          /(?<![.\w$])process\b/.test(text) && !/\b(?:const|var|let) process\b|import\b[^;]*\bprocess\b/.test(text);
        return {
          contents: uses && name !== "process" ? `var process=require("node:process");${text}` : text,
          loader: "js",
        };
      });
    },
  };
}
