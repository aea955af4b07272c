import type { Node } from "acorn";
import { bodyOf, type WrappedModule } from "./wrapped-modules.ts";

/** The static imports of each module, in order, by the names that the bundler writes above modules: `namespace:path`. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

/** The modules of a bundle. */
export interface BundledModules {
  readonly code: string;
  /** By the names of their variables. */
  readonly modules: ReadonlyMap<string, WrappedModule>;
  readonly graph: ModuleGraph;
}

/** What a module imports. */
export interface ModuleImports {
  /** In the order of the source: the name of an ES module's variable, or a function that requires a CommonJS module. */
  texts: string[];
  /** The variables of the ES modules. */
  variables: string[];
  /** Where the calls that evaluate the imports end. */
  end: number;
}

type AnyNode = Node & Record<string, unknown>;

/** Reads the calls at the beginning of a module that evaluate its imports. @returns the imports in the order of the source */
export function importsOf(module: WrappedModule, { code, modules, graph }: BundledModules): ModuleImports {
  const order = graph.get(module.name) ?? [];
  const reached = new Set<string>();
  reach(module.name, graph, reached);
  const seen = new Set<string>();
  const found: { text: string; rank: number }[] = [];
  const variables: string[] = [];
  let end = 0;
  for (const statement of bodyOf(module.wrapped)) {
    const names = importedNames(statement as AnyNode, modules);
    const known = names.flatMap((name) => modules.get(name) ?? []);
    // The same call once more is an `import()`.
    const isImport = ({ name }: WrappedModule) => reached.has(name) && !seen.has(name);
    if (known.length === 0 || !known.every(isImport)) break;
    for (const imported of known) {
      seen.add(imported.name);
      const { kind, variable, name } = imported;
      const rank = rankOf(name, order, graph);
      const text = kind === "esm" ? variable : `()=>{${code.slice(statement.start, statement.end)}}`;
      found.push({ text, rank });
      if (kind === "esm") variables.push(variable);
    }
    end = statement.end;
  }
  // The sort is stable, so what a source does not mention (a runtime for JSX) keeps its place.
  return { texts: found.sort((a, b) => a.rank - b.rank).map(({ text }) => text), variables, end };
}

/** Returns the position among a module's imports of the one by which another module is reached. */
function rankOf(name: string, order: readonly string[], graph: ModuleGraph): number {
  const direct = order.indexOf(name);
  if (direct !== -1) return direct;
  const via = order.findIndex((imported) => {
    const reached = new Set<string>();
    reach(imported, graph, reached);
    return reached.has(name);
  });
  return via === -1 ? order.length : via;
}

function reach(name: string, graph: ModuleGraph, reached: Set<string>): void {
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const imported of graph.get(next) ?? []) {
      if (reached.has(imported)) continue;
      reached.add(imported);
      waiting.push(imported);
    }
  }
}

/**
 * Returns the modules that a statement evaluates: `init_a()`, `await init_a()`, `await __promiseAll([init_a(), init_b()])`,
 * `import_c = __toESM(require_c())` or `__reExport(exports_a, __toESM(require_c()))`.
 */
function importedNames(statement: AnyNode, modules: ReadonlyMap<string, WrappedModule>): string[] {
  if (statement.type !== "ExpressionStatement") return [];
  let expression = statement.expression as AnyNode;
  if (expression.type === "AwaitExpression") expression = expression.argument as AnyNode;
  if (expression.type === "AssignmentExpression") expression = expression.right as AnyNode;
  const names: string[] = [];
  const calls = [expression];
  for (let call = calls.pop(); call !== undefined; call = calls.pop()) {
    if (call.type === "ArrayExpression") calls.push(...(call.elements as AnyNode[]).toReversed());
    if (call.type !== "CallExpression") continue;
    const { callee, arguments: values } = call as unknown as { callee: AnyNode; arguments: AnyNode[] };
    if (callee.type !== "Identifier") continue;
    const name = callee.name as string;
    if (values.length === 0 && modules.has(name)) names.push(name);
    else if (/^__(?:promiseAll|toESM|reExport)\d*$/.test(name)) calls.push(...values.toReversed());
  }
  return names;
}
