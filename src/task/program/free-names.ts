import type { Node, Program } from "acorn";

/** A use of a name that the program does not declare. */
export interface FreeName {
  name: string;
  start: number;
  /** The names of the members that are read from it: `["env", "HOME"]` of `process.env.HOME`. */
  members: string[];
  /** The program only asks whether it exists: `typeof name`, `globalThis.name`, `"name" in globalThis`. */
  isQuestion: boolean;
}

type AnyNode = Node & Record<string, unknown>;

/** The names that a part of a program declares. */
interface Scope {
  readonly names: Set<string>;
  readonly around: Scope | undefined;
}

interface Search {
  readonly found: FreeName[];
}

const GLOBAL_OBJECTS = new Set(["globalThis", "self", "global"]);

/** Finds the names that a program uses and does not declare, in no particular order. */
export function freeNames(program: Program): FreeName[] {
  const search: Search = { found: [] };
  const scope = newScope(undefined);
  hoist(program.body as AnyNode[], scope, true);
  visitAll(program.body as AnyNode[], scope, search);
  return search.found;
}

function newScope(around: Scope | undefined): Scope {
  return { names: new Set(), around };
}

function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.around) if (at.names.has(name)) return true;
  return false;
}

function visitAll(values: readonly unknown[], scope: Scope, search: Search): void {
  for (const value of values) if (isNode(value)) visit(value, scope, search);
}

function visit(node: AnyNode, scope: Scope, search: Search): void {
  switch (node.type) {
    case "Identifier":
      noteUse(node, [], scope, search);
      return;
    case "MemberExpression":
      visitMember(node, scope, search);
      return;
    case "UnaryExpression":
      if (node.operator === "typeof" && isNode(node.argument) && node.argument.type === "Identifier") {
        search.found.push({ ...useOf(node.argument), isQuestion: true });
        return;
      }
      break;
    case "BinaryExpression":
      if (node.operator === "in" && isNode(node.left) && typeof node.left.value === "string") {
        search.found.push({ name: node.left.value, start: node.start, members: [], isQuestion: true });
      }
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(node, scope, search);
      return;
    case "ClassDeclaration":
    case "ClassExpression":
      visitClass(node, scope, search);
      return;
    case "CatchClause":
    case "BlockStatement":
    case "StaticBlock":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "SwitchStatement":
      visitBlock(node, scope, search);
      return;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      visitAll([node.computed === true ? node.key : undefined, node.value], scope, search);
      return;
    case "LabeledStatement":
      visitAll([node.body], scope, search);
      return;
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
    case "ImportDeclaration":
      return;
    case "ExportNamedDeclaration":
      visitAll([node.declaration], scope, search);
      return;
    default:
  }
  visitChildren(node, scope, search);
}

function visitChildren(node: AnyNode, scope: Scope, search: Search): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) visitAll(value, scope, search);
    else if (isNode(value)) visit(value, scope, search);
  }
}

function useOf({ name, start }: AnyNode): FreeName {
  return { name: String(name), start, members: [], isQuestion: false };
}

function noteUse(node: AnyNode, members: string[], scope: Scope, search: Search): void {
  if (!isDeclared(String(node.name), scope)) search.found.push({ ...useOf(node), members });
}

function visitMember(node: AnyNode, scope: Scope, search: Search): void {
  const members: string[] = [];
  let object = node;
  while (object.type === "MemberExpression" || object.type === "ChainExpression") {
    if (object.type === "ChainExpression") {
      object = object.expression as AnyNode;
      continue;
    }
    if (object.computed === true) visitAll([object.property], scope, search);
    const { name, value } = object.property as AnyNode;
    const isKnown = object.computed !== true || typeof value === "string";
    members.unshift(isKnown ? String(object.computed === true ? value : name) : "");
    object = object.object as AnyNode;
  }
  if (object.type !== "Identifier") {
    visit(object, scope, search);
    return;
  }
  noteUse(object, members, scope, search);
  const [member = ""] = members;
  if (GLOBAL_OBJECTS.has(String(object.name))) search.found.push({ ...useOf(object), name: member, isQuestion: true });
}

function visitFunction(node: AnyNode, scope: Scope, search: Search): void {
  const inner = newScope(scope);
  if (node.type === "FunctionExpression" && isNode(node.id)) declare(node.id, inner);
  if (node.type !== "ArrowFunctionExpression") inner.names.add("arguments");
  for (const parameter of node.params as AnyNode[]) declare(parameter, inner);
  const body = node.body as AnyNode;
  if (body.type === "BlockStatement") hoist(body.body as AnyNode[], inner, true);
  visitAll(node.params as AnyNode[], inner, search);
  if (body.type === "BlockStatement") visitAll(body.body as AnyNode[], inner, search);
  else visit(body, inner, search);
}

function visitClass(node: AnyNode, scope: Scope, search: Search): void {
  const inner = newScope(scope);
  if (isNode(node.id)) declare(node.id, inner);
  visitAll([node.superClass, ...((node.body as AnyNode).body as AnyNode[])], inner, search);
}

function visitBlock(node: AnyNode, scope: Scope, search: Search): void {
  const inner = newScope(scope);
  if (isNode(node.param)) declare(node.param, inner);
  const statements = Array.isArray(node.body) ? (node.body as AnyNode[]) : [];
  const cases = node.type === "SwitchStatement" ? (node.cases as AnyNode[]) : [];
  const inCases = cases.flatMap(({ consequent }) => consequent as AnyNode[]);
  const heads = [node.init, node.left].filter(isNode);
  hoist([...heads, ...statements, ...inCases], inner, node.type === "StaticBlock");
  visitChildren(node, inner, search);
}

/** Declares what statements declare for the block around them. @param isFunction also what `var` declares in inner blocks */
function hoist(statements: readonly AnyNode[], scope: Scope, isFunction: boolean): void {
  for (const given of statements) {
    const isExport = given.type === "ExportNamedDeclaration" || given.type === "ExportDefaultDeclaration";
    const statement = isExport && isNode(given.declaration) ? given.declaration : given;
    if (statement.type === "ImportDeclaration") {
      for (const { local } of statement.specifiers as { local: AnyNode }[]) declare(local, scope);
    } else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      if (isNode(statement.id)) declare(statement.id, scope);
    } else if (statement.type === "VariableDeclaration") {
      for (const { id } of statement.declarations as { id: AnyNode }[]) declare(id, scope);
    }
    if (isFunction) hoistVariables(statement, scope);
  }
}

/** Declares what `var` declares in a statement, however deep, but not in its functions. */
function hoistVariables(node: AnyNode, scope: Scope): void {
  if (/Function|^Class/.test(node.type)) return;
  if (node.type === "VariableDeclaration" && node.kind === "var") {
    for (const { id } of node.declarations as { id: AnyNode }[]) declare(id, scope);
  }
  if (/Expression$/.test(node.type)) return;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) hoistVariables(child, scope);
  }
}

/** Declares the names of a pattern. */
function declare(pattern: AnyNode, { names }: Scope): void {
  const waiting: unknown[] = [pattern];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!isNode(node)) continue;
    if (node.type === "Identifier") names.add(String(node.name));
    else if (node.type === "ObjectPattern") waiting.push(...(node.properties as AnyNode[]));
    else if (node.type === "ArrayPattern") waiting.push(...(node.elements as AnyNode[]));
    else if (node.type === "Property") waiting.push(node.value);
    else if (node.type === "AssignmentPattern") waiting.push(node.left);
    else if (node.type === "RestElement") waiting.push(node.argument);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
