import type { CST, Node, Pair, Scalar } from "yaml";
import type { WorkflowPlace } from "../../domain/workflow.ts";
import { WORKFLOW_LIMITS } from "../../domain/workflow.ts";

type Yaml = typeof import("yaml");

/** A value of a YAML file, with its place. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

/** A string, number, boolean or null. */
export interface YamlScalar {
  type: "scalar";
  value: string | number | boolean | null;
  offset: number;
  /** Offset after its last character. */
  end: number;
}

export interface YamlList {
  type: "list";
  items: YamlNode[];
  offset: number;
}

export interface YamlMap {
  type: "map";
  entries: YamlEntry[];
  offset: number;
}

/** One member of a map. */
export interface YamlEntry {
  name: string;
  /** Offset of the name. */
  offset: number;
  value: YamlNode;
}

/** Something wrong with a YAML file. */
export interface YamlFault {
  offset: number;
  message: string;
  remedy: string;
}

/** A parsed file, or everything that is wrong with it. */
export type YamlFile = { root: YamlNode | undefined } | { faults: YamlFault[] };

/** Most lexical tokens of a file. One of the largest number of steps, with room for what steps have, has fewer. */
const MAX_TOKENS = 1_000_000;
const MAX_FAULTS = 100;

/** What is refused because it makes a file mean something else than it seems to, or grow without bound. */
const REFUSED: Readonly<Record<string, Omit<YamlFault, "offset">>> = {
  anchor: { message: "Anchors are not allowed.", remedy: "Remove it, and write the value where it is used." },
  alias: { message: "Aliases are not allowed.", remedy: "Write the value itself." },
  "directive-line": { message: "Directives are not allowed.", remedy: "Remove it: the file is read as YAML 1.2." },
  tag: { message: "Tags are not allowed.", remedy: "Remove it; quotes make a value a string." },
};

/**
 * Parses YAML 1.2 strictly: a single document without anchors, aliases, tags and duplicate names, whose values are those of
 * JSON. Time and memory are bounded by the length of the text.
 */
export async function parseYaml(text: string): Promise<YamlFile> {
  const yaml = await import("yaml");
  const tokens = readTokens(yaml, text);
  if ("faults" in tokens) return tokens;
  // Its own search for duplicate names takes quadratic time.
  const composer = new yaml.Composer({ uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  const documents = [...composer.compose(tokens.tokens, true, text.length)];
  const [document, second] = documents;
  const issues = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const faults = syntaxFaults(issues, text);
  if (second !== undefined) {
    faults.push({ offset: second.range[0], message: "There is a second document.", remedy: "Keep only one." });
  }
  if (faults.length > 0) return { faults: faults.slice(0, MAX_FAULTS) };
  const root = document?.contents ?? undefined;
  const reading: Reading = { yaml, faults };
  const node = root === undefined ? undefined : toNode(root as Node, reading);
  return faults.length > 0 ? { faults: faults.slice(0, MAX_FAULTS) } : { root: node };
}

const QUOTES =
  'Put the value with ${ ... } in quotes: YAML needs them within { } and [ ], and around a value with ": " or " #" in it.';

/** One fault often causes others at the same place. Those after an expression without quotes say nothing. */
function syntaxFaults(issues: readonly { pos: [number, number]; message: string }[], text: string): YamlFault[] {
  const faults = new Map<number, YamlFault>();
  for (const { pos, message } of issues.toSorted((one, other) => one.pos[0] - other.pos[0])) {
    const [offset] = pos;
    if (faults.has(offset)) continue;
    const isUnquoted = lineAt(text, offset).includes("${");
    const [line = ""] = message.split("\n");
    const said = `${line.replace(/^Missing closing (["'])quote/, "The closing $1 is missing")}.`.replace(/\.\.$/, ".");
    faults.set(offset, { offset, message: said, remedy: isUnquoted ? QUOTES : "Correct the YAML." });
    if (isUnquoted) break;
  }
  return [...faults.values()];
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end === -1 ? text.length : end);
}

/** Reads the tokens one by one, so that a file that is too large or too deep ends early. */
function readTokens(yaml: Yaml, text: string): { tokens: CST.Token[] } | { faults: YamlFault[] } {
  const parser = new yaml.Parser();
  const tokens: CST.Token[] = [];
  const faults: YamlFault[] = [];
  let offset = 0;
  let count = 0;
  let previous = "";
  for (const lexeme of new yaml.Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // What follows the mark is the text of a value, whatever it begins with.
    const kind = previous === yaml.CST.SCALAR ? null : yaml.CST.tokenType(lexeme);
    previous = lexeme;
    const refused = kind === null ? undefined : REFUSED[kind];
    if (refused !== undefined && faults.length < MAX_FAULTS) faults.push({ offset, ...refused });
    offset = parser.offset;
    count += 1;
    if (count > MAX_TOKENS) return { faults: [tooLarge(offset)] };
    // Each level of a block has up to two entries.
    if (parser.stack.length > 2 * WORKFLOW_LIMITS.depth) return { faults: [tooDeep(offset)] };
  }
  for (const token of parser.end()) tokens.push(token);
  return faults.length > 0 ? { faults } : { tokens };
}

function tooLarge(offset: number): YamlFault {
  const message = `The file is too large: a workflow may have ${WORKFLOW_LIMITS.steps} steps.`;
  return { offset, message, remedy: "Use forEach, or divide it into several workflows that call each other." };
}

function tooDeep(offset: number): YamlFault {
  const message = `Values are nested deeper than ${WORKFLOW_LIMITS.depth} levels.`;
  return { offset, message, remedy: "Make them flatter." };
}

interface Reading {
  yaml: Yaml;
  faults: YamlFault[];
}

function toNode(node: Node, reading: Reading): YamlNode {
  const { yaml } = reading;
  const offset = node.range?.[0] ?? 0;
  if (yaml.isMap(node))
    return { type: "map", offset, entries: entriesOf(node.items as Pair<Node, Node | null>[], reading) };
  if (yaml.isSeq(node)) return { type: "list", offset, items: node.items.map((item) => toNode(item as Node, reading)) };
  return scalarOf(node as Scalar, reading);
}

function scalarOf(node: Scalar, { faults }: Reading): YamlScalar {
  const [offset = 0, end = offset] = node.range ?? [];
  const { value, source = "" } = node;
  if (typeof value === "number" && !Number.isFinite(value)) {
    faults.push({ offset, message: "This number does not exist in JSON.", remedy: "Put it in quotes." });
  } else if (typeof value === "number" && /^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) {
    faults.push({ offset, message: "The number has more digits than can be kept.", remedy: "Put it in quotes." });
  }
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return { type: "scalar", value: isPlain ? value : null, offset, end };
}

function entriesOf(items: readonly Pair<Node, Node | null>[], reading: Reading): YamlEntry[] {
  const names = new Set<string>();
  const entries: YamlEntry[] = [];
  for (const { key, value } of items) {
    const offset = key?.range?.[0] ?? 0;
    if (!reading.yaml.isScalar(key)) {
      reading.faults.push({ offset, message: "A name must be a string.", remedy: "Write `name: value`." });
      continue;
    }
    const name = String(key.value);
    if (names.has(name)) {
      const message = `The name ${JSON.stringify(name)} occurs twice in the same map.`;
      reading.faults.push({ offset, message, remedy: "Rename or remove one of them." });
      continue;
    }
    names.add(name);
    const end = key.range?.[1] ?? offset;
    const held: YamlNode = value === null ? { type: "scalar", value: null, offset, end } : toNode(value, reading);
    entries.push({ name, offset, value: held });
  }
  return entries;
}

/** Finds lines and columns of a text by binary search. */
export function lineFinder(text: string): (offset: number) => WorkflowPlace {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
