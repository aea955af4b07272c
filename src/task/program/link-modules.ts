import type { Node, Program } from "acorn";
import { applyEdits, type TextEdit } from "./edit-lines.ts";
import { LINK_NAMES } from "./link-names.ts";
import { type BundledModules, importsOf, type ModuleGraph, type ModuleImports } from "./module-imports.ts";
import { bodyOf, findModules, type WrappedModule, withoutImportAwaits } from "./wrapped-modules.ts";

/** What is known about a bundle besides its code. */
export interface LinkContext {
  graph: ModuleGraph;
  /** `mappings` of the bundle's source map. */
  mappings: string;
  /** Returns the author's place, FILE:LINE:COLUMN, of a position in the bundle; lines and columns start at 0. */
  placeOf: (line: number, column: number) => string | undefined;
}

type AnyNode = Node & Record<string, unknown>;

/** An ES module with its imports and its own awaits. */
interface LinkedModule {
  module: WrappedModule;
  imports: ModuleImports;
  awaits: AnyNode[];
}

/**
 * Turns the modules of a bundle with top-level `await` into modules that are evaluated in the order of ECMA-262. Bun's bundler
 * wraps each module into a function that first evaluates its imports, one after the other and not always in their order.
 * These calls are removed, and become the list of a module's imports. All code stays on its line.
 * @throws {SyntaxError} of acorn, with `loc`, if the code is not valid JavaScript after all
 */
export async function linkModules(
  bundled: string,
  { graph, mappings, placeOf }: LinkContext,
): Promise<{ code: string; mappings: string }> {
  const { parse } = await import("acorn");
  const code = withoutImportAwaits(bundled);
  const comments: { name: string; at: number }[] = [];
  const program = parse(code, {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
    onComment: (isBlock, text, start) => {
      if (!isBlock && /^ \w+:\S/.test(text)) comments.push({ name: text.trim(), at: start });
    },
  });
  const modules = findModules(program, comments);
  const linked = linkedModules({ code, modules, graph });
  const asynchronous = asynchronousModules(linked);
  const edits = [...linked.values()].flatMap((one) => editsOf(one, { code, asynchronous, placeOf }));
  edits.push(...callsToCorrect(program, linked, asynchronous));
  return applyEdits(code, mappings, edits);
}

function linkedModules(bundled: BundledModules): ReadonlyMap<string, LinkedModule> {
  const linked = new Map<string, LinkedModule>();
  for (const module of bundled.modules.values()) {
    if (module.kind !== "esm") continue;
    const imports = importsOf(module, bundled);
    const statements = bodyOf(module.wrapped).filter(({ start }) => start >= imports.end);
    const awaits = statements.flatMap((statement) => [...nodesOf(statement as AnyNode, isOwn)].filter(isAwait));
    linked.set(module.variable, { module, imports, awaits });
  }
  return linked;
}

/** Finds the modules that await something, or import one that does. The bundler's own idea of that is wrong in cycles. */
function asynchronousModules(linked: ReadonlyMap<string, LinkedModule>): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  for (const [variable, { imports }] of linked) {
    for (const imported of imports.variables) {
      importers.set(imported, [...(importers.get(imported) ?? []), variable]);
    }
  }
  const waiting = [...linked].filter(([, { awaits }]) => awaits.length > 0).map(([variable]) => variable);
  const found = new Set(waiting);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const importer of importers.get(next) ?? []) {
      if (found.has(importer)) continue;
      found.add(importer);
      waiting.push(importer);
    }
  }
  return found;
}

function editsOf(
  { module, imports, awaits }: LinkedModule,
  context: { code: string; asynchronous: ReadonlySet<string>; placeOf: LinkContext["placeOf"] },
): TextEdit[] {
  const { variable, callee, wrapped } = module;
  const hasAwait = awaits.length > 0;
  const flags = `${context.asynchronous.has(variable) ? 1 : 0},${hasAwait ? 1 : 0}`;
  const head = `${LINK_NAMES.define}(${flags},()=>[${imports.texts.join(",")}],`;
  const edits: TextEdit[] = [{ start: callee.start, end: callee.end + 1, text: head }];
  if (wrapped.async === true && !hasAwait) {
    edits.push({ start: wrapped.start, end: wrapped.start + "async ".length, text: "" });
  }
  for (const { start, end } of removedStatements({ module, imports })) {
    edits.push({ start, end, text: context.code.slice(start, end).replace(/[^\n]/g, " ") });
  }
  for (const { argument, loc, type } of awaits) {
    const place = type === "AwaitExpression" && loc ? context.placeOf(loc.start.line - 1, loc.start.column) : undefined;
    if (place === undefined) continue;
    const { start, end } = argument as Node;
    const call = `${LINK_NAMES.awaiting}(${variable},${JSON.stringify(place)},`;
    edits.push({ start, end: start, text: call }, { start: end, end, text: ")" });
  }
  return edits;
}

/** The calls that evaluate the imports of a module. */
function removedStatements({ module, imports }: Pick<LinkedModule, "module" | "imports">): Node[] {
  return bodyOf(module.wrapped).filter(({ start }) => start < imports.end);
}

/**
 * Corrects what the bundler writes for `import()` and `require` of a module that it takes for a synchronous one: the calls
 * `(init_a(), exports_a)` and `(init_a(), __toCommonJS(exports_a))`.
 */
function callsToCorrect(
  program: Program,
  linked: ReadonlyMap<string, LinkedModule>,
  asynchronous: ReadonlySet<string>,
): TextEdit[] {
  const mistaken = new Set([...asynchronous].filter((variable) => linked.get(variable)?.module.wrapped.async !== true));
  if (mistaken.size === 0) return [];
  const edits: TextEdit[] = [];
  const imports = new Set<Node>();
  const removed = new Set([...linked.values()].flatMap(removedStatements));
  for (const node of nodesOf(program as unknown as AnyNode, (node) => !removed.has(node))) {
    if (node.type === "SequenceExpression") {
      const [call, exported, more] = node.expressions as AnyNode[];
      if (call === undefined || exported === undefined || more !== undefined) continue;
      if (!mistaken.has(calledName(call)) || calledName(exported).startsWith("__toCommonJS")) continue;
      imports.add(call);
      edits.push({ start: call.end, end: exported.start, text: ".then(()=>(" });
      edits.push({ start: exported.end, end: exported.end, text: "))" });
    } else if (mistaken.has(calledName(node)) && !imports.has(node)) {
      edits.push({ start: node.end - 1, end: node.end - 1, text: "1" }); // requires it
    }
  }
  return edits;
}

function calledName(node: AnyNode): string {
  if (node.type !== "CallExpression") return "";
  const { type, name } = node.callee as AnyNode;
  return type === "Identifier" ? String(name) : "";
}

function isOwn({ type }: AnyNode): boolean {
  return !/Function/.test(type);
}

/** Is this `await` or `for await`? */
function isAwait({ type, await: waits }: AnyNode): boolean {
  return type === "AwaitExpression" || (type === "ForOfStatement" && waits === true);
}

/** Returns a node and all nodes in it, each before those in it. @param enters nodes that it does not enter are left out @default all */
function* nodesOf(root: AnyNode, enters: (node: AnyNode) => boolean = () => true): Generator<AnyNode> {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) waiting.push(...value);
    if (typeof value !== "object" || value === null || !("type" in value) || !enters(value as AnyNode)) continue;
    yield value as AnyNode;
    waiting.push(...Object.values(value));
  }
}
