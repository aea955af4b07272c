import type { Node, Program as Script } from "acorn";
import type { Program } from "../../domain/task.ts";
import { readMappings } from "../../lib/source-mappings.ts";

/** A program that reports which of its statements run. */
export interface CountedProgram {
  program: Program;
  /** The place of each statement, by its number; undefined for code that is not the task's own. */
  places: ({ file: string; line: number } | undefined)[];
  /** A line of the console that begins with this reports a statement: its number follows. */
  mark: string;
}

const HIT = "ratchet$hit";
const VALUE = "ratchet$none";

/** Text to be inserted into the program. */
interface Insertion {
  at: number;
  text: string;
}

interface Counting {
  readonly insertions: Insertion[];
  /** Where each statement starts, by its number. */
  readonly starts: number[];
  /** Inside a function, a statement's value does not matter. Outside, it may be the task's function. */
  inFunction: boolean;
}

type AnyNode = Node & Record<string, unknown>;

/**
 * Adds a call in front of every statement of a program, which reports it on the console when it first runs. Lines stay
 * where they are, columns do not.
 * @returns undefined for syntax that acorn does not support
 */
export async function countLines(program: Program): Promise<CountedProgram | undefined> {
  const { parse } = await import("acorn");
  const { code } = program;
  let script: Script;
  try {
    script = parse(code, { ecmaVersion: "latest", sourceType: "script", allowHashBang: true, allowReserved: true });
  } catch {
    return undefined;
  }
  const counting: Counting = { insertions: [], starts: [], inFunction: false };
  visitStatements(script.body, counting);
  const mark = `${crypto.randomUUID()}:`;
  const first = script.body.find((statement) => !isDirective(statement));
  const prelude = preludeOf(mark, counting.starts.length);
  const counted = insert(code, [{ at: first?.start ?? code.length, text: prelude }, ...counting.insertions]);
  // What an engine compiled the program to does not count lines.
  const { compiled: _, ...uncompiled } = program;
  return {
    program: { ...uncompiled, id: new Bun.CryptoHasher("sha256").update(counted).digest("hex"), code: counted },
    places: placesOf(program, counting.starts),
    mark,
  };
}

/** Defines the function that reports a statement once. `var` leaves the value of the script alone. */
function preludeOf(mark: string, count: number): string {
  const report = `if(h[i]===0){h[i]=1;d(${JSON.stringify(mark)}+i)}`;
  return `var ${VALUE},${HIT}=(()=>{const d=console.debug,h=new Uint8Array(${count});return(i)=>{${report}}})();`;
}

function insert(code: string, insertions: readonly Insertion[]): string {
  // The order of insertions at the same place is right: the sort is stable, and what is outside was visited first.
  const ordered = insertions.toSorted((a, b) => a.at - b.at);
  const parts: string[] = [];
  let end = 0;
  for (const { at, text } of ordered) {
    parts.push(code.slice(end, at), text);
    end = at;
  }
  return parts.join("") + code.slice(end);
}

function visit(node: AnyNode, counting: Counting): void {
  switch (node.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      visitStatements(node.body as AnyNode[], counting);
      return;
    case "SwitchCase":
      visitInner(node.test, counting);
      visitStatements(node.consequent as AnyNode[], counting);
      return;
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      visitFunction(node, counting);
      return;
    case "IfStatement":
      visitInner(node.test, counting);
      visitBody(node.consequent as AnyNode, counting);
      if (node.alternate) visitBody(node.alternate as AnyNode, counting);
      return;
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "WithStatement":
      for (const [name, value] of Object.entries(node)) if (name !== "body") visitInner(value, counting);
      visitBody(node.body as AnyNode, counting);
      return;
    default:
      for (const value of Object.values(node)) visitInner(value, counting);
  }
}

/** Visits a part of a node: a node, a list of nodes, or anything else. */
function visitInner(value: unknown, counting: Counting): void {
  if (Array.isArray(value)) for (const item of value) visitInner(item, counting);
  else if (isNode(value)) visit(value, counting);
}

function visitStatements(statements: readonly Node[], counting: Counting): void {
  for (const statement of statements) {
    // A declaration of a function is no step, and a directive has to stay the first.
    if (statement.type !== "FunctionDeclaration" && statement.type !== "EmptyStatement" && !isDirective(statement)) {
      counting.insertions.push({ at: statement.start, text: callFor(statement, counting) });
    }
    visit(statement as AnyNode, counting);
  }
}

/** Visits the body of an `if` or a loop, which may lack its braces. */
function visitBody(body: AnyNode, counting: Counting): void {
  if (body.type === "BlockStatement" || body.type === "FunctionDeclaration" || body.type === "EmptyStatement") {
    visit(body, counting);
    return;
  }
  counting.insertions.push({ at: body.start, text: `{${callFor(body, counting)}` });
  visit(body, counting);
  counting.insertions.push({ at: body.end, text: "}" });
}

function visitFunction(node: AnyNode, counting: Counting): void {
  const before = counting.inFunction;
  counting.inFunction = true;
  visitInner(node.params, counting);
  const body = node.body as AnyNode;
  if (body.type === "BlockStatement") visit(body, counting);
  else {
    counting.insertions.push({ at: body.start, text: `(${HIT}(${numberFor(body, counting)}),` });
    visit(body, counting);
    counting.insertions.push({ at: body.end, text: ")" });
  }
  counting.inFunction = before;
}

function callFor(statement: Node, counting: Counting): string {
  const call = `${HIT}(${numberFor(statement, counting)});`;
  return counting.inFunction ? call : `var ${VALUE}=${call}`;
}

function numberFor({ start }: Node, { starts }: Counting): number {
  return starts.push(start) - 1;
}

function isDirective(statement: Node): boolean {
  return statement.type === "ExpressionStatement" && "directive" in statement && statement.directive !== undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Finds the file and the line of each position of the program's code. */
function placesOf({ code, fileName, places, texts }: Program, starts: readonly number[]): CountedProgram["places"] {
  const find = places?.mappings === undefined ? undefined : readMappings(places.mappings);
  const lineStarts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
  // What Ratchet added behind the author's text has no line there.
  const text = find === undefined ? texts?.()[0] : undefined;
  const authored = text?.split("\n").length;
  return starts.map((start) => {
    const line = lineAt(lineStarts, start);
    if (find === undefined) {
      return authored !== undefined && line >= authored ? undefined : { file: fileName, line: line + 1 };
    }
    const found = find(line, start - (lineStarts[line] ?? 0));
    const file = found === undefined ? undefined : places?.files[found.source];
    return found === undefined || !file ? undefined : { file, line: found.line + 1 };
  });
}

/** Returns the index of the line that a position is on. */
function lineAt(lineStarts: readonly number[], position: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
