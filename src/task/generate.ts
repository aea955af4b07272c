import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { systemErrorText } from "../lib/system-error.ts";
import { editorFiles } from "./guest-types/editor-files.ts";
import { checkLabel, checkVersion } from "./metadata.ts";
import { WORKFLOW_FILE } from "./task-place.ts";
import { jsonFile, type Template, type TemplateFiles } from "./templates/template.ts";
import { TEMPLATES } from "./templates/templates.ts";

/** Options for a new task. */
export interface GenerateOptions {
  /** Folder to create. It must not exist yet, or must be empty. */
  path: string;
  /** @default the folder's name */
  label?: string;
  /** @default a placeholder */
  description?: string;
  /** @default "0.1.0" */
  version?: string;
  /** @default "basic" */
  template?: string;
}

/** A generated task. */
export interface GeneratedTask {
  path: string;
  uuid: string;
  label: string;
  version: string;
  template: string;
  /** Paths of its files, relative to `path`. */
  files: string[];
}

/**
 * Generates a new task with a new uuid. The folder appears complete or not at all.
 * @throws {RatchetError} USAGE for an unknown template, an invalid label or version, or a path that already exists;
 *   ENVIRONMENT when the folder cannot be written
 */
export function generateTask(options: GenerateOptions): GeneratedTask {
  const { path, template: name = "basic", version = "0.1.0" } = options;
  const label = options.label ?? basename(resolve(path));
  const template = findTemplate(name);
  refuse("label", label, checkLabel(label));
  refuse("version", version, checkVersion(version));
  const description = options.description ?? "Describe here what the task does.";
  const uuid = crypto.randomUUID();
  const metadata = { uuid, version, label, description, ...template.metadata };
  const program = template.files();
  const files = { "metadata.json": jsonFile(metadata), ...program, ...editorFilesFor(program) };
  refuseExisting(path);
  writeFolder(path, files);
  return { path, uuid, label, version, template: name, files: Object.keys(files) };
}

/** A workflow has no program that an editor could check the types of. */
function editorFilesFor(program: TemplateFiles): Readonly<Record<string, string>> {
  return WORKFLOW_FILE in program ? {} : editorFiles("main.ts" in program ? "ts" : "js");
}

function findTemplate(name: string): Template {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (template !== undefined) return template;
  const near = nearest(name, Object.keys(TEMPLATES));
  throw new RatchetError("USAGE", `There is no template ${JSON.stringify(name)}.`, {
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Choose one of ${Object.keys(TEMPLATES).join(", ")}.`,
    data: { template: name },
  });
}

function refuse(what: string, value: string, wrong: { message: string; remedy: string } | undefined): void {
  if (wrong === undefined) return;
  throw new RatchetError("USAGE", `The ${what} ${JSON.stringify(value)} ${wrong.message}.`, { remedy: wrong.remedy });
}

/**
 * Checks that a task can be created at a path.
 * @throws {RatchetError} USAGE if something is there; ENVIRONMENT
 */
export function refuseExisting(path: string): void {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || (stats.isDirectory() && readdirSync(path).length === 0)) return;
  } catch (error) {
    throw notWritten(path, error);
  }
  throw new RatchetError("USAGE", `${path} already exists; nothing was changed.`, {
    remedy: "Choose another path, or remove what is there.",
    data: { path },
  });
}

/**
 * Writes to a temporary folder and renames it at the end. An empty folder that exists stays the same folder, because it may
 * be the current one: the draft is inside it, and its entries are moved out.
 */
function writeFolder(path: string, files: Readonly<Record<string, string>>): void {
  const target = resolve(path);
  const exists = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  const draft = join(exists ? target : dirname(target), `.${basename(target)}.${crypto.randomUUID()}`);
  const moved: string[] = [];
  try {
    mkdirSync(draft, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(draft, file)), { recursive: true });
      writeFileSync(join(draft, file), content);
    }
    if (!exists) {
      renameSync(draft, target);
      return;
    }
    for (const entry of readdirSync(draft)) {
      renameSync(join(draft, entry), join(target, entry));
      moved.push(entry);
    }
    rmdirSync(draft);
  } catch (error) {
    for (const entry of moved) rmSync(join(target, entry), { recursive: true, force: true });
    rmSync(draft, { recursive: true, force: true });
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): RatchetError {
  return new RatchetError("ENVIRONMENT", `${path} cannot be written: ${systemErrorText(error)}.`, {
    remedy: "Choose a folder with write permission and free space.",
    data: { path },
    cause: error,
  });
}
