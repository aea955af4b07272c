import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import type { KeyDefinition } from "./key-definition.ts";
import { CONFIG_KEYS, type ConfigKey, configKeys } from "./keys.ts";
import { readScalar } from "./value-form.ts";

/** A value that a file sets. */
export interface FileSetting {
  key: ConfigKey;
  value: string | number | boolean;
  /** 1-based. */
  line: number;
}

/** What a configuration file says, and everything that is wrong with it. */
export interface ConfigFile {
  settings: FileSetting[];
  problems: Problem[];
}

const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * Reads a YAML configuration file.
 * @param inProject the file belongs to the current folder: values that loosen security are problems
 * @returns `undefined` when there is no such file
 */
export async function readConfigFile(path: string, inProject: boolean): Promise<ConfigFile | undefined> {
  const text = readPlainText(path);
  if (text === undefined) return undefined;
  if (typeof text !== "string") return { settings: [], problems: [text] };
  return parseConfig(text, path, inProject);
}

/** Parses the text of a configuration file; `path` is its name in problems. */
export async function parseConfig(text: string, path: string, inProject: boolean): Promise<ConfigFile> {
  const { isAlias, isMap, isScalar, LineCounter, parseAllDocuments } = await import("yaml");
  const lines = new LineCounter();
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, " "), { lineCounter: lines, uniqueKeys: true });
  const problems: Problem[] = [];
  const settings: FileSetting[] = [];
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
  if (!Array.isArray(documents) || documents.length === 0) return { settings, problems };
  for (const issue of documents.flatMap((document) => [...document.errors, ...document.warnings])) {
    // The library adds the position and a copy of the line to the first line of its message.
    const message = (issue.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
    report(issue.pos[0], message, "Correct the YAML; `ratchet config generate` prints an example.");
  }
  const [document, second] = documents;
  if (second !== undefined) report(second.range[0], "a second YAML document", "Keep one document in the file.");
  if (document === undefined || problems.length > 0) return { settings, problems };

  const visit = (node: unknown, prefix: string): void => {
    const target = isAlias(node) ? node.resolve(document) : node;
    // An empty file, and a section with everything commented out.
    if (target === null || target === undefined || (isScalar(target) && target.value === null)) return;
    if (!isMap(target)) {
      const where = prefix === "" ? "the file" : `"${prefix}"`;
      const offset = isScalar(target) ? target.range?.[0] : undefined;
      report(offset, `${where} must hold keys and values`, "Write `key: value` lines.");
      return;
    }
    for (const { key, value } of target.items) {
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      const name = isScalar(key) ? String(key.value) : "(a key that is no text)";
      const path = prefix === "" ? name : `${prefix}.${name}`;
      const definition = name.includes(".") ? undefined : definitionOf(path);
      if (definition !== undefined) {
        const held = isAlias(value) ? value.resolve(document) : value;
        const at = isScalar(held) && held.range ? (isAlias(value) ? value.range?.[0] : held.range[0]) : offset;
        readSetting(path as ConfigKey, definition, isScalar(held) ? held.value : held, at);
      } else if (prefix === "" && configKeys().some(([known]) => known.startsWith(`${name}.`))) {
        visit(value, name);
      } else {
        report(offset, `unknown key "${path}"`, unknownKeyRemedy(path, name));
      }
    }
  };
  const readSetting = (key: ConfigKey, definition: KeyDefinition, value: unknown, offset: number | undefined) => {
    if (value === null) {
      report(offset, `"${key}" has no value`, "Give it a value or take the line out.");
      return;
    }
    const reading = readScalar(definition.form, value);
    if ("problem" in reading) {
      report(offset, `"${key}": ${reading.problem}`, reading.remedy);
    } else if (inProject && definition.allowedInProject?.(reading.value) === false) {
      report(
        offset,
        `"${key}" may not be set to this by a file of the current folder, because it loosens security`,
        `Set it in your own config.yaml, by ${definition.env} or by an option, or pass --no-config.`,
      );
    } else {
      settings.push({ key, value: reading.value, line: lines.linePos(offset ?? 0).line });
    }
  };
  visit(document.contents, "");
  return { settings, problems };
}

function definitionOf(path: string): KeyDefinition | undefined {
  return Object.hasOwn(CONFIG_KEYS, path) ? CONFIG_KEYS[path as ConfigKey] : undefined;
}

function unknownKeyRemedy(path: string, name: string): string {
  const names = configKeys().map(([key]) => key);
  if (definitionOf(path) !== undefined) return `Nest it: write ${path.split(".").join(": and under it ")}:.`;
  const variable = `RATCHET_${path.toUpperCase().replaceAll(/[.-]/g, "_")}`;
  const near =
    configKeys().find(([, { env }]) => env === variable)?.[0] ??
    nearest(path, names) ??
    names.find((key) => key.endsWith(`.${name}`) || key.replaceAll(".", "_") === name) ??
    nearest(path, new Set(names.flatMap((key) => (key.includes(".") ? [key.split(".")[0] ?? ""] : []))));
  if (near !== undefined) return `Did you mean "${near}"?`;
  return "`ratchet config generate` prints every key.";
}

/** The text of a plain file; a problem when it is none; `undefined` when it does not exist. */
function readPlainText(path: string): string | Problem | undefined {
  const problem = (message: string, remedy: string): Problem => ({
    severity: "error",
    file: path,
    message,
    remedy,
  });
  let descriptor: number | undefined;
  try {
    // Opened without blocking: a named pipe of that name must not hold up the program.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return problem("is not a plain file", "Put a file in its place or pass --no-config.");
    if (stats.size > MAX_CONFIG_BYTES) {
      return problem(
        `has ${stats.size} bytes; ${MAX_CONFIG_BYTES} are allowed`,
        "Make it smaller or pass --no-config.",
      );
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(descriptor));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (error instanceof TypeError) return problem("is not UTF-8 text", "Save it as UTF-8.");
    const reason = code === "EACCES" || code === "EPERM" ? "permission denied" : code;
    return problem(`cannot be read: ${reason}`, "Make it readable or pass --no-config.");
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
