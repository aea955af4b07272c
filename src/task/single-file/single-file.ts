import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { linePosition } from "../../lib/json-text.ts";
import { readPlainFile } from "../directory.ts";
import { taskInvalid } from "../failure.ts";
import { decodeUtf8 } from "../json-file.ts";
import { untrustedTranspiler } from "../program/scan-source.ts";
import type { SourceLanguage } from "../program/source-language.ts";
import { SIGNATURE_FILE } from "../signature/signed-files.ts";
import type { Place, TaskFiles } from "../task-files.ts";
import type { Constant } from "./constant.ts";
import { type DescribingExport, exportedConstants } from "./exported-constants.ts";
import { neighbourFiles } from "./neighbours.ts";

/** The text of a program that is a task by itself, and where it comes from. */
export interface SingleProgram {
  /** The file as the user named it, for messages. */
  origin: string;
  /** The folder from which it imports files. */
  folder: string;
  /** Its name in stack traces, with an extension. */
  name: string;
  text: string;
  language: SourceLanguage;
}

/** The files that take the place of those in a task's folder, and the exports that they come from. */
const FILE_OF: Readonly<Record<DescribingExport, string>> = {
  meta: "metadata.json",
  input: "input.schema.json",
  output: "output.schema.json",
};

/**
 * Reads a single .js or .ts file as a task.
 * @throws {RatchetError} TASK_UNREADABLE; TASK_INVALID when it isn't UTF-8, or describes itself by something that is not
 *   constant
 */
export function readSingleFile(path: string): TaskFiles {
  const text = decodeUtf8(readPlainFile(path, path));
  if (text === undefined) {
    const message = "The file is not valid UTF-8.";
    throw taskInvalid([{ severity: "error", file: path, message, remedy: "Save it as UTF-8." }]);
  }
  const extension = /\.[cm]?([jt])s$/.exec(path);
  const language = extension === null ? languageOf(text) : extension[1] === "t" ? "ts" : "js";
  const name = extension === null ? `${basename(path)}.${language}` : basename(path);
  const files = singleProgramFiles({ origin: path, folder: dirname(resolve(path)), name, text, language });
  const signature = `${path}.${SIGNATURE_FILE}`;
  return {
    ...files,
    name: (file) => (file === SIGNATURE_FILE ? signature : files.name(file)),
    read: async (file) => {
      if (file !== SIGNATURE_FILE) return files.read(file);
      return existsSync(signature) ? readPlainFile(signature, signature) : undefined;
    },
  };
}

/** Returns the language of a program that has no file name to say it: TypeScript if it doesn't parse as JavaScript. */
export function languageOf(text: string): SourceLanguage {
  try {
    untrustedTranspiler("js").scan(withoutHashbang(text));
    return "js";
  } catch {
    return "ts";
  }
}

/**
 * Returns a program as the files of a task. What it doesn't say about itself gets a default: the label is the file's name,
 * and the uuid follows from the label.
 * @throws {RatchetError} TASK_INVALID when it describes itself by something that is not constant
 */
export function singleProgramFiles({ origin, folder, name, text, language }: SingleProgram): TaskFiles {
  const { constants, problems } = exportedConstants(withoutHashbang(text), language, origin);
  if (problems.length > 0) throw taskInvalid(problems);
  const own = new Map([[name, new TextEncoder().encode(text)]]);
  const places = new Map<string, (pointer: string) => Place>();
  const add = (kind: DescribingExport, value: JsonValue, constant: Constant | undefined) => {
    own.set(FILE_OF[kind], new TextEncoder().encode(JSON.stringify(value)));
    places.set(FILE_OF[kind], (pointer) => placeOf(text, constant, pointer));
  };
  const meta = constants.get("meta");
  add("meta", metadataOf(name, meta?.value), meta);
  for (const kind of ["input", "output"] as const) {
    const constant = constants.get(kind);
    if (constant !== undefined) add(kind, constant.value, constant);
  }
  return {
    origin,
    name: (path) => (places.has(path) || path === name ? origin : path),
    read: async (path) => own.get(path),
    list: async () => [...own.keys()].sort(),
    program: { path: name, language, importable: neighbourFiles({ origin, folder, name, content: own.get(name) }) },
    placeOf: (path, pointer) => places.get(path)?.(pointer),
  };
}

function withoutHashbang(text: string): string {
  return text.startsWith("#!") ? `//${text.slice(2)}` : text;
}

/** Returns the place of a value, or of the innermost value around it that the file has. */
function placeOf(text: string, constant: Constant | undefined, pointer: string): Place {
  for (let at = pointer; constant !== undefined; at = at.slice(0, at.lastIndexOf("/"))) {
    const offset = constant.offsets.get(at);
    if (offset !== undefined) return linePosition(text, offset);
    if (at === "") break;
  }
  return { line: 1, column: 1 };
}

function metadataOf(name: string, meta: JsonValue | undefined): JsonValue {
  if (meta !== undefined && !isObject(meta)) return meta;
  const given = meta?.label;
  const label = typeof given === "string" ? given : (name.replace(/\.[cm]?[jt]s$/, "").trim() || "task").slice(0, 100);
  return { uuid: uuidOf(label), version: "1.0.0", label, description: `The program ${name}.`, ...meta };
}

/** Returns a UUID that follows from a label, so that a recording of the program fits it later (RFC 9562, version 8). */
function uuidOf(label: string): string {
  const hash = new Bun.CryptoHasher("sha256").update(`ratchet single file ${label}`).digest("hex");
  const variant = ((Number.parseInt(hash[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}
