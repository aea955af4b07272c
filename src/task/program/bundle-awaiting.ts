import { type AwaitingFiles, type BundledFiles, TASK } from "./bundled-files.ts";
import { guardedRequires } from "./guarded-requires.ts";
import type { ModuleGraph } from "./module-imports.ts";
import { REQUIRES_ASYNC } from "./scan-source.ts";

/** How often a bundle is tried. Each try finds all `require` calls that the one before has hidden. */
const MAX_TRIES = 10;

/** How {@link bundleAwaiting} uses the bundler. */
interface Bundler {
  newFiles: (awaiting: AwaitingFiles) => BundledFiles;
  build: (bundled: BundledFiles) => Promise<Bun.BuildOutput>;
}

/**
 * Bundles a program in which modules await something at their top level. The bundler refuses to `require` such a module. As in
 * Node.js, that is an error when the call runs, because packages may do without it; in the task's own files it is a problem
 * of the task, unless the call stands in a `try` statement.
 */
export async function bundleAwaiting({ newFiles, build }: Bundler): Promise<{
  result: Bun.BuildOutput;
  bundled: BundledFiles;
  graph: ModuleGraph;
}> {
  const required: AwaitingFiles["required"] = new Map();
  for (let tries = 1; ; tries++) {
    const bundled = newFiles({ imports: new Map(), resolved: new Map(), required });
    const result = await build(bundled);
    const found = result.logs.filter(({ message }) => REQUIRES_ASYNC.test(message));
    const isNew = found.map((log) => noteRequire(log, bundled, required)).includes(true);
    if (isNew && tries < MAX_TRIES) continue;
    return { result, bundled, graph: graphOf(bundled) };
  }
}

/** Notes a `require` of an asynchronous module that the program may do without. @returns true if it was not known */
function noteRequire(
  { position }: BuildMessage | ResolveMessage,
  { sources }: BundledFiles,
  required: AwaitingFiles["required"],
): boolean {
  if (position === null || position.namespace !== TASK) return false;
  const { file, line, column, length } = position;
  const text = sources.get(file) ?? "";
  const specifier = (text.split("\n")[line - 1] ?? "").slice(column, column - 2 + length);
  if (!file.includes("node_modules/") && !guardedRequires(text).has(specifier)) return false;
  const known = required.get(file) ?? new Set<string>();
  if (known.has(specifier)) return false;
  required.set(file, known.add(specifier));
  return true;
}

function graphOf({ awaiting }: BundledFiles): ModuleGraph {
  const graph = new Map<string, string[]>();
  for (const [path, specifiers] of awaiting?.imports ?? []) {
    const resolved = awaiting?.resolved.get(path) ?? new Map<string, string>();
    // What the file does not mention itself (a runtime for JSX) comes last.
    const order = [...new Set([...specifiers, ...resolved.keys()])];
    graph.set(
      `${TASK}:${path}`,
      order.flatMap((specifier) => resolved.get(specifier) ?? []),
    );
  }
  return graph;
}
