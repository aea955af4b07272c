import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import { systemErrorCode, systemErrorText } from "../lib/system-error.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_KEYS, type ConfigKey, configAliases, configKeys, variableOf } from "./keys.ts";
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

/** Name of the section with the profiles. */
export const PROFILES = "profiles";

const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * Reads a YAML configuration file.
 * @param inProject the file belongs to the current folder, so that values that weaken security are problems
 * @returns `undefined` when the file does not exist
 */
export async function readConfigFile(path: string, inProject: boolean): Promise<ConfigFile | undefined> {
  const text = readPlainText(path);
  if (text === undefined) return undefined;
  if (typeof text !== "string") return { settings: [], profiles: new Map(), problems: [text] };
  return parseConfig(text, path, inProject);
}

/** Parses the text of a configuration file. `path` is its name in problems. */
export async function parseConfig(text: string, path: string, inProject: boolean): Promise<ConfigFile> {
  const { isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, " "), { lineCounter: lines, uniqueKeys: true });
  const problems: Problem[] = [];
  const settings: FileSetting[] = [];
  const profiles = new Map<string, FileSetting[]>();
  const report = (offset: number | undefined, message: string, remedy: string) => {
    const { line, col } = lines.linePos(offset ?? 0);
    problems.push({
      severity: "error",
      file: path,
      line: Math.max(1, line),
      column: Math.max(1, col),
      message,
      remedy,
    });
  };
  if (!Array.isArray(documents) || documents.length === 0) return { settings, profiles, problems };
  for (const issue of documents.flatMap((document) => [...document.errors, ...document.warnings])) {
    // The library appends the position and a copy of the line to its message.
    const message = (issue.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
    report(issue.pos[0], message, "Correct the YAML; `ratchet config generate` prints an example.");
  }
  const [document, second] = documents;
  if (second !== undefined) report(second.range[0], "a second YAML document", "Keep only one document in the file.");
  if (document === undefined || problems.length > 0) return { settings, profiles, problems };

  const aliases = new Map(configAliases());
  const resolved = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);

  /** Calls `each` for every key of a map. A section that is empty or contains only comments has no keys. */
  const eachKey = (node: unknown, path: string, each: (name: string, value: unknown, offset?: number) => void) => {
    const target = resolved(node);
    if (target === null || target === undefined || (isScalar(target) && target.value === null)) return;
    if (!isMap(target)) {
      const where = path === "" ? "the file" : `"${path}"`;
      const offset = isScalar(target) ? target.range?.[0] : undefined;
      report(offset, `${where} must contain keys and values`, "Write `key: value` lines.");
      return;
    }
    for (const { key, value } of target.items) {
      const name = isScalar(key) ? String(key.value) : "(a key that is not a string)";
      each(name, value, isScalar(key) ? key.range?.[0] : undefined);
    }
  };
  const visit = (node: unknown, prefix: string, into: FileSetting[]): void => {
    eachKey(node, prefix, (name, value, offset) => {
      const path = prefix === "" ? name : `${prefix}.${name}`;
      const key = name.includes(".") ? undefined : (aliases.get(path) ?? path);
      const definition = key === undefined ? undefined : definitionOf(key);
      if (definition !== undefined) {
        readSetting(key as ConfigKey, definition, value, offset, into);
      } else if (prefix === "" && name === PROFILES && into === settings) {
        eachKey(value, PROFILES, (profile, section) => {
          const own: FileSetting[] = [];
          profiles.set(profile, own);
          visit(section, "", own);
        });
      } else if (!name.includes(".") && isSection(path)) {
        visit(value, path, into);
      } else {
        report(offset, `unknown key "${path}"`, unknownKeyRemedy(path, name));
      }
    });
  };
  const readSetting = (
    key: ConfigKey,
    definition: KeyDefinition,
    node: unknown,
    keyOffset: number | undefined,
    into: FileSetting[],
  ) => {
    const held = resolved(node);
    const place = isAlias(node) ? node : held;
    const offset = (isScalar(place) || isAlias(place) ? place.range?.[0] : undefined) ?? keyOffset;
    const value = plainValue(held);
    if (value === null) {
      report(offset, `"${key}" has no value`, "Give it a value or remove the line.");
    } else if (into.some((earlier) => earlier.key === key)) {
      report(offset, `"${key}" is set twice under two names`, "Keep one of them.");
    } else if (definition.form.type === "structure") {
      readStructure(key, definition, held, keyOffset, into);
    } else {
      const reading = readScalar(definition.form, value);
      if ("problem" in reading) report(offset, `"${key}": ${reading.problem}`, reading.remedy);
      else accept(key, definition, reading.value, offset, into);
    }
  };
  const plainValue = (node: unknown) => (isScalar(node) ? node.value : isMap(node) ? {} : node === null ? null : []);
  const readStructure = (
    key: ConfigKey,
    definition: KeyDefinition,
    node: unknown,
    keyOffset: number | undefined,
    into: FileSetting[],
  ) => {
    if (definition.form.type !== "structure") return;
    const reading = definition.form.read(isNode(node) ? node.toJS(document) : node);
    if ("value" in reading) return accept(key, definition, reading.value as ConfigValue, keyOffset, into);
    for (const { path, message, remedy } of reading.problems) {
      report(placeIn(node, path) ?? keyOffset, `"${key}": ${message}`, remedy);
    }
  };
  /** Returns the offset of the node at a path, or of its innermost ancestor that exists. */
  const placeIn = (node: unknown, path: readonly (string | number)[]): number | undefined => {
    let at = resolved(node);
    let offset: number | undefined = isNode(at) ? at.range?.[0] : undefined;
    for (const step of path) {
      const next = isCollection(at) ? resolved(at.get(step, true)) : undefined;
      if (isMap(at)) {
        const pair = at.items.find(({ key }) => isScalar(key) && key.value === step);
        if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
      }
      if (!isNode(next)) break;
      if (!isMap(at)) offset = next.range?.[0] ?? offset;
      at = next;
    }
    return offset;
  };
  const accept = (
    key: ConfigKey,
    definition: KeyDefinition,
    value: ConfigValue,
    offset: number | undefined,
    into: FileSetting[],
  ) => {
    if (inProject && definition.allowedInProject?.(value) === false) {
      report(
        offset,
        `"${key}" may not be set to this value by a file of the current folder, because it weakens security`,
        `Pass the file with --config if you trust it, set the key in your own config.yaml or with ${definition.env}, or pass --no-config.`,
      );
    } else {
      into.push({ key, value, line: lines.linePos(offset ?? 0).line });
    }
  };
  visit(document.contents, "", settings);
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return { settings, profiles, problems };
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
  const variable = variableOf(path);
  const near =
    configKeys().find(([, { env }]) => env === variable)?.[0] ??
    nearest(path, names) ??
    names.find((key) => key.endsWith(`.${name}`) || key.replaceAll(".", "_") === name) ??
    nearest(path, new Set(names.flatMap((key) => (key.includes(".") ? [key.split(".")[0] ?? "", PROFILES] : []))));
  if (near !== undefined) return `Did you mean "${near}"?`;
  return "`ratchet config generate` prints every key.";
}

/** Returns the text of a regular file, a problem if it is not one, or `undefined` if it does not exist. */
function readPlainText(path: string): string | Problem | undefined {
  const problem = (message: string, remedy: string): Problem => ({
    severity: "error",
    file: path,
    message,
    remedy,
  });
  let descriptor: number | undefined;
  try {
    // Opened in non-blocking mode: a named pipe of that name must not block the program.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return problem("is not a regular file", "Replace it with a file or pass --no-config.");
    if (stats.size > MAX_CONFIG_BYTES) {
      return problem(
        `has ${stats.size} bytes; the limit is ${MAX_CONFIG_BYTES}`,
        "Make it smaller or pass --no-config.",
      );
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(descriptor));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (error instanceof TypeError) return problem("is not UTF-8 text", "Save it as UTF-8.");
    return problem(`cannot be read: ${systemErrorText(error)}`, "Make it readable or pass --no-config.");
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
