import {
  type ArrowFunctionExpression,
  type Function as FunctionNode,
  type TSFunctionType,
  type TSMethodSignature,
  Visitor,
} from "oxc-parser";
import type { SourceFile } from "./source-file.ts";

/** A function, a method, or the type of one. */
export interface FoundFunction {
  node: FunctionNode | ArrowFunctionExpression | TSFunctionType | TSMethodSignature;
  /** Its name, or the name of what holds it: a variable, a member, or else the function around it. */
  name: string;
  /** The function that it is an argument of, if any: `describe` in `describe("...", () => {})`. */
  caller: string | undefined;
}

/** Every function of a file with its name, in the order in which they begin. */
export function functionsOf(file: SourceFile): FoundFunction[] {
  const names = new Map<number, string>();
  const callers = new Map<number, string>();
  const around: string[] = [];
  const found: FoundFunction[] = [];
  const holds = (value: { start: number } | null, key: { type: string; name?: unknown; value?: unknown }) => {
    const name = key.name ?? key.value;
    if (value && typeof name === "string") names.set(value.start, name);
  };
  const enter = (node: FoundFunction["node"]) => {
    const own = "id" in node && node.id ? node.id.name : names.get(node.start);
    const name = own ?? `a function in ${around.at(-1) ?? "the module"}`;
    found.push({ node, name, caller: callers.get(node.start) });
    around.push(own ?? around.at(-1) ?? "the module");
  };
  const leave = () => {
    around.pop();
  };
  new Visitor({
    VariableDeclarator: ({ id, init }) => holds(init, id),
    Property: ({ key, value }) => holds(value, key),
    MethodDefinition: ({ key, value }) => holds(value, key),
    PropertyDefinition: ({ key, value }) => holds(value, key),
    TSPropertySignature: ({ key, typeAnnotation }) => holds(typeAnnotation?.typeAnnotation ?? null, key),
    TSTypeAliasDeclaration: ({ id, typeAnnotation }) => holds(typeAnnotation, id),
    TSMethodSignature: (node) => {
      holds(node, node.key);
      enter(node);
    },
    CallExpression: ({ callee, arguments: values }) => {
      const called = callee.type === "MemberExpression" ? callee.object : callee;
      if (called.type !== "Identifier") return;
      for (const value of values) callers.set(value.start, called.name);
    },
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    TSDeclareFunction: enter,
    TSFunctionType: enter,
    "FunctionDeclaration:exit": leave,
    "FunctionExpression:exit": leave,
    "ArrowFunctionExpression:exit": leave,
    "TSDeclareFunction:exit": leave,
    "TSFunctionType:exit": leave,
    "TSMethodSignature:exit": leave,
  }).visit(file.program);
  return found;
}
