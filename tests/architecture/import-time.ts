import type {
  CallExpression,
  Class,
  Expression,
  MemberExpression,
  SpreadElement,
  Statement,
  VariableDeclaration,
} from "oxc-parser";
import { type Rule, violation } from "./source-file.ts";

/** Files that are started, not imported: there something has to happen. */
const ENTRY = /(?:^|\/)(?:(?:theme-)?main|(?:[\w-]+-)?worker)\.tsx?$/;

/** Constructors and functions that make a value from their arguments and touch nothing else. */
const PURE_CONSTRUCTORS =
  /^(?:Map|Set|WeakMap|WeakSet|RegExp|URL|TextEncoder|TextDecoder|Error|Uint\w+Array|Int\w+Array)$/;
const PURE_FUNCTIONS =
  // `defineCommand` and its like give back their argument and are there for its type. A context of Preact is a name.
  /^(?:define[A-Z]\w*|createContext|Symbol(?:\.for)?|Number|String|Boolean|BigInt|Object\.(?:freeze|fromEntries|entries|keys|values|create|assign)|Array\.(?:from|of)|Math\.\w+|Number\.\w+|String\.(?:raw|fromCharCode)|JSON\.stringify|BigInt\.\w+|Object\.getOwnPropertyDescriptor|Object\.getPrototypeOf|Uint8Array\.(?:of|from))$/;
/** Methods that only read what they are called on. */
const PURE_METHODS =
  /^(?:map|filter|flatMap|join|split|slice|concat|toSorted|includes|replace|replaceAll|trim|toLowerCase|toUpperCase|repeat|padStart|reduce|keys|values|entries|bind|charCodeAt|encode)$/;

/** `Object.freeze` of a chain of plain names; undefined when there is more to it. */
function dotted(node: Expression | { type: string }): string | undefined {
  if (node.type === "Identifier") return (node as { name: string }).name;
  if (node.type !== "MemberExpression") return undefined;
  const { object, property, computed } = node as MemberExpression;
  const head = dotted(object);
  return head && !computed && property.type === "Identifier" ? `${head}.${property.name}` : undefined;
}

type Child = { type: string; start: number };

/** The first part of an expression that does something when it is evaluated, if any. */
function effectIn(node: Child | null | undefined): Child | undefined {
  if (!node) return undefined;
  const expression = node as Expression | SpreadElement;
  switch (expression.type) {
    case "Literal":
    case "Identifier":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ThisExpression":
    case "MetaProperty":
      return undefined;
    case "TemplateLiteral":
      return firstEffect(expression.expressions);
    case "TaggedTemplateExpression":
      return dotted(expression.tag) === "String.raw" ? firstEffect(expression.quasi.expressions) : expression;
    case "ArrayExpression":
      return firstEffect(expression.elements);
    case "ObjectExpression":
      return firstEffect(
        expression.properties.flatMap((property): (Child | null)[] =>
          property.type === "SpreadElement" ? [property] : [property.computed ? property.key : null, property.value],
        ),
      );
    case "SpreadElement":
    case "UnaryExpression":
      return effectIn(expression.argument);
    case "BinaryExpression":
    case "LogicalExpression":
      return firstEffect([expression.left, expression.right]);
    case "ConditionalExpression":
      return firstEffect([expression.test, expression.consequent, expression.alternate]);
    case "MemberExpression":
      return firstEffect([expression.object, expression.computed ? expression.property : null]);
    case "ChainExpression":
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
      return effectIn(expression.expression);
    case "ClassExpression":
      return effectInClass(expression);
    case "NewExpression":
      return PURE_CONSTRUCTORS.test(dotted(expression.callee) ?? "") ? firstEffect(expression.arguments) : expression;
    case "CallExpression":
      return isPureCall(expression) ? firstEffect([expression.callee, ...expression.arguments]) : expression;
    default:
      return expression; // await, assignment, update, import(), yield, ...
  }
}

function firstEffect(nodes: readonly (Child | null)[]): Child | undefined {
  for (const node of nodes) {
    const effect = effectIn(node);
    if (effect) return effect;
  }
  return undefined;
}

function isPureCall({ callee }: CallExpression): boolean {
  if (PURE_FUNCTIONS.test(dotted(callee) ?? "")) return true;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || callee.computed) return false;
  return PURE_METHODS.test(callee.property.name);
}

function effectInClass(node: Class): Child | undefined {
  if (node.decorators[0]) return node.decorators[0];
  const superEffect = effectIn(node.superClass);
  if (superEffect) return superEffect;
  for (const member of node.body.body) {
    if (member.type === "StaticBlock") return member;
    if (member.type !== "PropertyDefinition" && member.type !== "AccessorProperty") continue;
    const effect = member.static ? effectIn(member.value) : undefined;
    if (effect) return effect;
  }
  return undefined;
}

/** What a top-level statement does at import time, if anything. */
function effectInStatement(statement: Statement | { type: string; start: number }): Child | undefined {
  const node = statement as Statement;
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
    case "EmptyStatement":
      return undefined;
    case "ClassDeclaration":
      return effectInClass(node);
    case "VariableDeclaration":
      return node.declare ? undefined : firstEffect(node.declarations.map((declarator) => declarator.init));
    case "ExportNamedDeclaration":
      return node.declaration ? effectInStatement(node.declaration) : undefined;
    case "ExportDefaultDeclaration": {
      const { declaration } = node;
      const isStatement = /Declaration$|^TSDeclareFunction$/.test(declaration.type);
      return isStatement ? effectInStatement(declaration) : effectIn(declaration);
    }
    default:
      return node;
  }
}

/**
 * The guest API is no part of the program: it is one script that boots the guest, when the build makes the machine's
 * image. Its modules make globals, and keep what one guest has.
 */
const GUEST = /^src\/(?:sandbox|task\/node)\/guest\//;

/** Nothing happens at import time outside entry files. */
export const importTime: Rule = (files) =>
  files
    .filter((file) => !ENTRY.test(file.path) && !GUEST.test(file.path))
    .flatMap((file) =>
      file.program.body.flatMap((statement) => {
        const effect = effectInStatement(statement);
        if (!effect) return [];
        const excerpt = file.text.slice(effect.start, effect.start + 60).split("\n")[0];
        const message = `runs when the module is imported: ${excerpt} (move it into a function)`;
        return [violation("import-time", file, effect, message)];
      }),
    );

/** Whether a declaration makes something that a module would keep and change. */
function keepsState(node: VariableDeclaration): boolean {
  if (node.declare) return false;
  if (node.kind !== "const") return true;
  return node.declarations.some(({ init }) => {
    if (init?.type !== "NewExpression" || init.arguments.length > 0) return false;
    return /^(?:Weak)?(?:Map|Set)$/.test(dotted(init.callee) ?? "");
  });
}

/** A module keeps no state: what has some is made by a function, and in the end in `app/` or an entry file. */
export const moduleState: Rule = (files) =>
  files
    .filter((file) => !ENTRY.test(file.path) && !GUEST.test(file.path))
    .flatMap((file) =>
      file.program.body.flatMap((statement) => {
        const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
        if (node?.type !== "VariableDeclaration" || !keepsState(node)) return [];
        return [violation("module-state", file, node, "state of a module: keep it in what a function makes")];
      }),
    );
