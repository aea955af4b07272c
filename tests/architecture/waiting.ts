import { type CallExpression, Visitor } from "oxc-parser";
import { type Rule, type SourceFile, type Violation, violation } from "./source-file.ts";

/** Calls that wait for a time, by name; `Bun.` and the like before it makes no difference. */
const PAUSES = /^(?:sleep|sleepSync|setTimeout|setInterval)$/;
/** Calls that measure time or processor time. */
const MEASURES = /^(?:performance\.now|process\.(?:cpuUsage|hrtime|resourceUsage)|Bun\.nanoseconds)$/;

/** `Bun.sleep` of `globalThis.Bun.sleep(1)`, `sleep` of `sleep(1)`. */
function calledName({ callee }: CallExpression): string {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier" || callee.computed) return "";
  const { object, property } = callee;
  if (object.type === "Identifier") return `${object.name}.${property.name}`;
  const inner = object.type === "MemberExpression" && object.property.type === "Identifier" && object.property.name;
  return `${inner || ""}.${property.name}`;
}

/** Folders of pollers, slow peers and measured ratios, and of programs that run as tasks. */
const MAY_WAIT = ["tests/support/", "tests/corpus/programs/", "tests/task/node/programs/"];

/** Tests wait for events and assert on order. */
export const waiting: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith("tests/") && !MAY_WAIT.some((folder) => path.startsWith(folder)))
    .flatMap(checkWaiting);

function checkWaiting(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  const add = (node: { start: number }, message: string) => found.push(violation("waiting", file, node, message));
  new Visitor({
    CallExpression: (node) => {
      const name = calledName(node);
      const last = name.split(".").at(-1) ?? "";
      if (PAUSES.test(last))
        add(node, `${name} waits for a time: wait for what has to come (tests/support/eventually.ts)`);
      if (MEASURES.test(name)) add(node, `${name} measures time: assert on order, or measure in bench/`);
    },
    ImportDeclaration: (node) => {
      if (/^(?:node:)?timers(?:\/promises)?$/.test(node.source.value)) {
        add(node, "timers wait for a time: wait for what has to come (tests/support/eventually.ts)");
      }
    },
  }).visit(file.program);
  return found;
}
