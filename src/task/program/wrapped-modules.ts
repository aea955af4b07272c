import type { Node, Program } from "acorn";

/** A module in a bundle: `var VARIABLE = __esm(WRAPPED)` or `var VARIABLE = __commonJS(WRAPPED)`. */
export interface WrappedModule {
  /** `namespace:path`, as the bundler wrote it above the module. */
  name: string;
  kind: "esm" | "commonjs";
  variable: string;
  callee: Node;
  wrapped: Node & Record<string, unknown>;
}

/** Finds the modules of a bundle, by the names of their variables. @param comments the line comments of the bundle, in order */
export function findModules(
  { body }: Program,
  comments: readonly { name: string; at: number }[],
): ReadonlyMap<string, WrappedModule> {
  const modules = new Map<string, WrappedModule>();
  let next = 0;
  for (const statement of body) {
    while (next < comments.length && (comments[next]?.at ?? 0) < statement.start) next += 1;
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (id.type !== "Identifier" || init?.type !== "CallExpression" || init.callee.type !== "Identifier") continue;
      const kind = /^__(esm|commonJS)\d*$/.exec(init.callee.name)?.[1];
      const [wrapped] = init.arguments;
      if (kind === undefined || wrapped === undefined) continue;
      modules.set(id.name, {
        name: comments[next - 1]?.name ?? "",
        kind: kind === "esm" ? "esm" : "commonjs",
        variable: id.name,
        callee: init.callee,
        wrapped: wrapped as WrappedModule["wrapped"],
      });
    }
  }
  return modules;
}

/** Returns the statements of a module. */
export function bodyOf({ body }: WrappedModule["wrapped"]): Node[] {
  return (body as { body: Node[] }).body;
}

/** A call at the beginning of a module that evaluates one that it imports, or the beginning or the end of several. */
const PROLOGUE =
  /^(?: {2}(?:await )?init_[\w$]+\(\);| {2}await __promiseAll\d*\(\[| {4}init_[\w$]+\(\),?| {2}\]\);| {2}.*\brequire_[\w$]+\(\)\)*;)$/;

/**
 * Blanks `await` where a module evaluates its imports, because the bundler forgets some: in cycles it writes `await` into
 * functions that are not async. It also leaves out some `await`s, so none of them says anything.
 */
export function withoutImportAwaits(code: string): string {
  let inPrologue = false;
  return code
    .split("\n")
    .map((line) => {
      if (/^var [\w$]+ = __esm\d*\((?:async )?\(\) => \{$/.test(line)) {
        inPrologue = true;
        return line;
      }
      inPrologue &&= PROLOGUE.test(line);
      return inPrologue ? line.replace(/^ {2}await /, " ".repeat(8)) : line;
    })
    .join("\n");
}
