import type { Document, LineCounter, Node } from "yaml";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_KEYS, type ConfigKey, configAliases, configKeys, derivedVariable, variableOf } from "./keys.ts";
import { type ConfigValue, readScalar } from "./value-form.ts";

/** A value that a file sets. */
export interface FileSetting {
  key: ConfigKey;
  value: ConfigValue;
  /** 1-based. */
  line: number;
}

/** The settings of a configuration file, and all its problems. */
export interface ConfigFile {
  settings: FileSetting[];
  /** Settings of each profile. They override the others when the profile is selected. */
  profiles: Map<string, FileSetting[]>;
  problems: Problem[];
}

type Yaml = typeof import("yaml");

/** A file that is being parsed. */
interface Parsing {
  readonly yaml: Yaml;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly path: string;
  readonly inProject: boolean;
  /** Names of keys by their aliases. */
  readonly aliases: ReadonlyMap<string, ConfigKey>;
  readonly file: ConfigFile;
}

/** A key that a file sets, and where its value goes. */
interface SetKey {
  key: ConfigKey;
  definition: KeyDefinition;
  offset: number | undefined;
  into: FileSetting[];
}

/** Name of the section with the profiles. */
export const PROFILES = "profiles";

/**
 * Parses the text of a configuration file.
 * @param path its name in problems
 * @param inProject the file belongs to the current folder, so that values that weaken security are problems
 */
export async function parseConfig(text: string, path: string, inProject: boolean): Promise<ConfigFile> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const documents = yaml.parseAllDocuments(text.replace(/^\uFEFF/, " "), { lineCounter: lines, uniqueKeys: true });
  const file: ConfigFile = { settings: [], profiles: new Map(), problems: [] };
  const [document, second] = documents;
  if (document === undefined) return file;
  const parsing: Parsing = { yaml, document, lines, path, inProject, aliases: new Map(configAliases()), file };
  for (const issue of documents.flatMap((one) => [...one.errors, ...one.warnings])) {
    // The library appends the position and a copy of the line to its message.
    const message = (issue.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
    report(parsing, issue.pos[0], message, "Correct the YAML; `ratchet config generate` prints an example.");
  }
  if (second !== undefined) {
    report(parsing, second.range[0], "a second YAML document", "Keep only one document in the file.");
  }
  if (file.problems.length > 0) return file;
  readSection(parsing, document.contents, "", file.settings);
  file.problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return file;
}

function report({ lines, path, file }: Parsing, offset: number | undefined, message: string, remedy: string): void {
  const { line, col } = lines.linePos(offset ?? 0);
  const problem: Problem = {
    severity: "error",
    file: path,
    line: Math.max(1, line),
    column: Math.max(1, col),
    message,
    remedy,
  };
  file.problems.push(problem);
}

/** Reads all settings of a map, including those of the sections in it. */
function readSection(parsing: Parsing, node: unknown, prefix: string, into: FileSetting[]): void {
  for (const { name, value, offset } of entriesOf(parsing, node, prefix)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const key = name.includes(".") ? undefined : (parsing.aliases.get(path) ?? path);
    const definition = key === undefined ? undefined : definitionOf(key);
    // `memory: 64MB` is a setting, and `memory:` with keys under it a section.
    const isSetting = !isSection(path) || !parsing.yaml.isMap(resolved(parsing, value));
    if (definition !== undefined && isSetting) {
      readSetting(parsing, { key: key as ConfigKey, definition, offset, into }, value);
    } else if (prefix === "" && name === PROFILES && into === parsing.file.settings) {
      readProfiles(parsing, value);
    } else if (!name.includes(".") && isSection(path)) {
      readSection(parsing, value, path, into);
    } else {
      report(parsing, offset, `unknown key "${path}"`, unknownKeyRemedy(path, name));
    }
  }
}

function readProfiles(parsing: Parsing, node: unknown): void {
  for (const { name, value } of entriesOf(parsing, node, PROFILES)) {
    const settings: FileSetting[] = [];
    parsing.file.profiles.set(name, settings);
    readSection(parsing, value, "", settings);
  }
}

interface Entry {
  name: string;
  value: unknown;
  offset: number | undefined;
}

/** Returns the entries of a map. A section that is empty or contains only comments has no entries. */
function entriesOf(parsing: Parsing, node: unknown, path: string): Entry[] {
  const { isScalar, isMap } = parsing.yaml;
  const target = resolved(parsing, node);
  if (target === null || target === undefined || (isScalar(target) && target.value === null)) return [];
  if (!isMap(target)) {
    const where = path === "" ? "the file" : `"${path}"`;
    const offset = isScalar(target) ? target.range?.[0] : undefined;
    report(parsing, offset, `${where} must contain keys and values`, "Write `key: value` lines.");
    return [];
  }
  return target.items.map(({ key, value }) => ({
    name: isScalar(key) ? String(key.value) : "(a key that is not a string)",
    value,
    offset: isScalar(key) ? key.range?.[0] : undefined,
  }));
}

function readSetting(parsing: Parsing, set: SetKey, node: unknown): void {
  const { isAlias, isScalar } = parsing.yaml;
  const { key, definition, into } = set;
  const held = resolved(parsing, node);
  const place = isAlias(node) ? node : held;
  const offset = (isScalar(place) || isAlias(place) ? place.range?.[0] : undefined) ?? set.offset;
  const value = plainValue(parsing, held);
  if (value === null) {
    report(parsing, offset, `"${key}" has no value`, "Give it a value or remove the line.");
  } else if (into.some((earlier) => earlier.key === key)) {
    report(parsing, offset, `"${key}" is set twice under two names`, "Keep one of them.");
  } else if (definition.form.type === "structure") {
    readStructure(parsing, set, held);
  } else {
    const reading = readScalar(definition.form, value);
    if ("problem" in reading) report(parsing, offset, `"${key}": ${reading.problem}`, reading.remedy);
    else accept(parsing, { ...set, offset }, reading.value);
  }
}

function readStructure(parsing: Parsing, set: SetKey, node: unknown): void {
  const { key, definition, offset } = set;
  if (definition.form.type !== "structure") return;
  const { isNode } = parsing.yaml;
  const reading = definition.form.read(isNode(node) ? node.toJS(parsing.document) : node);
  if ("value" in reading) return accept(parsing, set, reading.value as ConfigValue);
  for (const { path, message, remedy } of reading.problems) {
    report(parsing, placeIn(parsing, node, path) ?? offset, `"${key}": ${message}`, remedy);
  }
}

/** Keeps a value, unless a file of the current folder may not set it. */
function accept(parsing: Parsing, { key, definition, offset, into }: SetKey, value: ConfigValue): void {
  if (!parsing.inProject || definition.allowedInProject?.(value) !== false) {
    into.push({ key, value, line: parsing.lines.linePos(offset ?? 0).line });
    return;
  }
  report(
    parsing,
    offset,
    `"${key}" may not be set to this value by a file of the current folder, because it weakens security`,
    `Pass the file with --config if you trust it, set the key in your own config.yaml or with ${variableOf(key)}, or pass --no-config.`,
  );
}

/** Returns the offset of the node at a path, or of its innermost ancestor that exists. */
function placeIn(parsing: Parsing, node: unknown, path: readonly (string | number)[]): number | undefined {
  const { isCollection, isMap, isNode, isScalar } = parsing.yaml;
  let at = resolved(parsing, node);
  let offset: number | undefined = isNode(at) ? at.range?.[0] : undefined;
  for (const step of path) {
    const next = isCollection(at) ? resolved(parsing, at.get(step, true)) : undefined;
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && key.value === step);
      if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
    }
    if (!isNode(next)) break;
    if (!isMap(at)) offset = next.range?.[0] ?? offset;
    at = next;
  }
  return offset;
}

/** Follows an alias to the node that it stands for. */
function resolved({ yaml, document }: Parsing, node: unknown): Node | null | undefined {
  return (yaml.isAlias(node) ? node.resolve(document) : node) as Node | null | undefined;
}

function plainValue({ yaml }: Parsing, node: unknown): unknown {
  if (yaml.isScalar(node)) return node.value;
  if (yaml.isMap(node)) return {};
  return node === null ? null : [];
}

function isSection(path: string): boolean {
  return [...configKeys(), ...configAliases()].some(([known]) => known.startsWith(`${path}.`));
}

function definitionOf(path: string): KeyDefinition | undefined {
  return Object.hasOwn(CONFIG_KEYS, path) ? CONFIG_KEYS[path as ConfigKey] : undefined;
}

function unknownKeyRemedy(path: string, name: string): string {
  const names = [...configKeys(), ...configAliases()].map(([key]) => String(key));
  if (definitionOf(path) !== undefined) return `Nest it: write ${path.split(".").join(": and under it ")}:.`;
  const variable = derivedVariable(path);
  const near =
    configKeys().find(([key]) => variableOf(key) === variable)?.[0] ??
    nearest(path, names) ??
    names.find((key) => key.endsWith(`.${name}`) || key.replaceAll(".", "_") === name) ??
    nearest(path, new Set(names.flatMap((key) => (key.includes(".") ? [key.split(".")[0] ?? "", PROFILES] : []))));
  if (near !== undefined) return `Did you mean "${near}"?`;
  return "`ratchet config generate` prints every key.";
}
