import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { API, type Checker, type Project, SignatureKind, SymbolFlags, type Type } from "typescript/unstable/async";
import { ratchet } from "../support/ratchet.ts";
import { type Shape, type Shapes, USABLE_MODULES } from "./real-shapes.ts";

type CheckedSymbol = Awaited<ReturnType<Checker["getPropertiesOfType"]>>[number];

/** What the declarations say. */
export interface DeclaredShapes extends Shapes {
  /** Globals that TypeScript's library declares, and not the printed declarations. */
  language: ReadonlySet<string>;
}

/** Names of variables that give the compiler's view of things that are no globals. */
const CONTEXT = "ratchet_context";
const FETCH_CALL = "ratchet_fetch_call";
const moduleVariable = (index: number) => `ratchet_module_${index}`;

/** Reads what the printed declarations say, with the TypeScript compiler. */
export async function declaredShapes(folder: string): Promise<DeclaredShapes> {
  const config = join(folder, "tsconfig.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "ratchet.d.ts"), (await ratchet(["schema", "guest-types"])).stdout);
  writeFileSync(join(folder, "views.d.ts"), views());
  const compilerOptions = {
    target: "esnext",
    module: "esnext",
    moduleResolution: "bundler",
    lib: ["esnext"],
    types: [],
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ["ratchet.d.ts", "views.d.ts"] }));
  const api = new API({ cwd: folder });
  try {
    const snapshot = await api.updateSnapshot({ openProjects: [config] });
    const [project] = await snapshot.getProjects();
    if (project === undefined) throw new Error("the compiler opened no project");
    return await readShapes(project);
  } finally {
    await api.close();
  }
}

function views(): string {
  return [
    `declare var ${CONTEXT}: Ratchet.Context;`,
    `declare var ${FETCH_CALL}: Ratchet.FetchCall;`,
    ...USABLE_MODULES.map((name, index) => `declare var ${moduleVariable(index)}: typeof import("node:${name}");`),
  ].join("\n");
}

async function readShapes(project: Project): Promise<DeclaredShapes> {
  const { checker } = project;
  const reader = shapeReader(project);
  const scope = await checker.resolveName("globalThis", SymbolFlags.Value);
  const scopeType = scope && (await checker.getTypeOfSymbol(scope));
  if (scopeType === undefined) throw new Error("globalThis has no type");
  const symbols = new Map((await checker.getPropertiesOfType(scopeType)).map((symbol) => [symbol.name, symbol]));
  const globals: Record<string, Shape> = {};
  for (const [name, symbol] of symbols) {
    if (name.startsWith("ratchet_")) continue;
    const type = await checker.getTypeOfSymbol(symbol);
    if (type === undefined) continue;
    globals[name] = ["globalThis", "self", "global"].includes(name)
      ? { members: {} }
      : await reader.shapeOf(type, !isOfLibrary(symbol));
    if (name !== "Intl" && name !== "Temporal" && name !== "crypto") continue;
    for (const inner of await checker.getPropertiesOfType(type)) {
      const innerType = await checker.getTypeOfSymbol(inner);
      if (innerType !== undefined && (name !== "crypto" || inner.name === "subtle"))
        globals[`${name}.${inner.name}`] = await reader.shapeOf(innerType);
    }
  }
  const view = async (name: string) => {
    const symbol = symbols.get(name);
    const type = symbol && (await checker.getTypeOfSymbol(symbol));
    if (type === undefined) throw new Error(`${name} has no type`);
    return type;
  };
  const modules: Record<string, Shape> = {};
  for (const [index, name] of USABLE_MODULES.entries()) {
    const type = await view(moduleVariable(index));
    modules[name] = await reader.shapeOf(type);
    for (const inner of await checker.getPropertiesOfType(type)) {
      const innerType = await checker.getTypeOfSymbol(inner);
      if (innerType !== undefined) modules[`${name}.${inner.name}`] = await reader.shapeOf(innerType);
    }
  }
  return {
    globals,
    modules,
    context: await reader.shapeOf(await view(CONTEXT)),
    fetchCall: await reader.shapeOf(await view(FETCH_CALL)),
    language: new Set([...symbols.values()].filter(isOfLibrary).map(({ name }) => name)),
  };
}

function isOfLibrary({ declarations }: CheckedSymbol): boolean {
  return declarations.every(({ path }) => /\/lib\.[^/]*\.d\.ts$/.test(path));
}

function shapeReader(project: Project) {
  const { checker } = project;

  async function membersOf(type: Type, withLengths: boolean): Promise<Record<string, number | null>> {
    const members: Record<string, number | null> = {};
    const symbols = await checker.getPropertiesOfType(type);
    const lengths = withLengths ? await Promise.all(symbols.map((symbol) => lengthOf(symbol))) : [];
    for (const [index, symbol] of symbols.entries()) members[plainName(symbol.name)] = lengths[index] ?? null;
    delete members["Symbol.toStringTag"];
    return members;
  }

  /** How many arguments the shortest signature needs. */
  async function lengthOf(symbol: CheckedSymbol): Promise<number | null> {
    const type = await checker.getTypeOfSymbol(symbol);
    if (type === undefined) return null;
    const signatures = await checker.getSignaturesOfType(type, SignatureKind.Call);
    const needed = await Promise.all(
      signatures.map(async ({ declaration }) => {
        const node = (await declaration?.resolve(project)) as { parameters?: readonly ParameterNode[] } | undefined;
        return (node?.parameters ?? []).filter(isNeeded).length;
      }),
    );
    return needed.length === 0 ? null : Math.min(...needed);
  }

  return {
    async shapeOf(type: Type, withLengths = false): Promise<Shape> {
      const members = await membersOf(type, false);
      const prototype = await checker.getPropertyOfType(type, "prototype");
      const instanceType = prototype && (await checker.getTypeOfSymbol(prototype));
      delete members.prototype;
      return instanceType === undefined
        ? { members }
        : { members, instance: await membersOf(instanceType, withLengths) };
    },
  };
}

interface ParameterNode {
  name?: { text?: string };
  questionToken?: unknown;
  dotDotDotToken?: unknown;
}

function isNeeded({ name, questionToken, dotDotDotToken }: ParameterNode): boolean {
  return questionToken === undefined && dotDotDotToken === undefined && name?.text !== "this";
}

/** `__@iterator@35` is the compiler's name of a member whose key is Symbol.iterator. */
function plainName(name: string): string {
  return name.replace(/^__@(\w+)(?:@\d+)?$/, "Symbol.$1");
}
