import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { systemErrorText } from "../lib/system-error.ts";
import { checkLabel, checkVersion } from "./metadata.ts";
import { BASIC } from "./templates/basic.ts";
import { HTTP } from "./templates/http.ts";
import { OAUTH } from "./templates/oauth.ts";
import { jsonFile, type Template } from "./templates/template.ts";
import { TYPESCRIPT } from "./templates/typescript.ts";

/** The patterns for new tasks, by name. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  basic: BASIC,
  typescript: TYPESCRIPT,
  http: HTTP,
  oauth: OAUTH,
};

/** What a new task is to be. */
export interface GenerateOptions {
  /** Folder to make. It must not exist, or be empty. */
  path: string;
  /** @default the folder's name */
  label?: string;
  /** @default a sentence to be replaced */
  description?: string;
  /** @default "0.1.0" */
  version?: string;
  /** @default "basic" */
  template?: string;
}

/** A task that was made. */
export interface GeneratedTask {
  path: string;
  uuid: string;
  label: string;
  version: string;
  template: string;
  /** Paths of its files within it. */
  files: string[];
}

/**
 * Makes a new task with a uuid of its own. The folder appears whole or not at all.
 * @throws {RatchetError} USAGE for an unknown template, a wrong label or version, or a path where something is already;
 *   ENVIRONMENT when it cannot be written
 */
export function generateTask(options: GenerateOptions): GeneratedTask {
  const { path, template: name = "basic", version = "0.1.0" } = options;
  const label = options.label ?? basename(resolve(path));
  const template = findTemplate(name);
  refuse("label", label, checkLabel(label));
  refuse("version", version, checkVersion(version));
  const description = options.description ?? "Say here what the task does.";
  const uuid = crypto.randomUUID();
  const metadata = { uuid, version, label, description, ...template.metadata };
  const files = { "metadata.json": jsonFile(metadata), ...template.files() };
  refuseExisting(path);
  writeFolder(path, files);
  return { path, uuid, label, version, template: name, files: Object.keys(files) };
}

function findTemplate(name: string): Template {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (template !== undefined) return template;
  const near = nearest(name, Object.keys(TEMPLATES));
  throw new RatchetError("USAGE", `There is no template ${JSON.stringify(name)}.`, {
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}There are ${Object.keys(TEMPLATES).join(", ")}.`,
    data: { template: name },
  });
}

function refuse(what: string, value: string, wrong: { message: string; remedy: string } | undefined): void {
  if (wrong === undefined) return;
  throw new RatchetError("USAGE", `The ${what} ${JSON.stringify(value)} ${wrong.message}.`, { remedy: wrong.remedy });
}

function refuseExisting(path: string): void {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || (stats.isDirectory() && readdirSync(path).length === 0)) return;
  } catch (error) {
    throw notWritten(path, error);
  }
  throw new RatchetError("USAGE", `${path} exists already; nothing was changed.`, {
    remedy: "Choose another path, or remove what is there.",
    data: { path },
  });
}

/** Writes beside the place and moves there at the end. */
function writeFolder(path: string, files: Readonly<Record<string, string>>): void {
  const target = resolve(path);
  const draft = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}`);
  try {
    mkdirSync(draft, { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(draft, file)), { recursive: true });
      writeFileSync(join(draft, file), content);
    }
    // An empty folder gives way; should somebody have filled it meanwhile, this fails.
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) rmdirSync(target);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): RatchetError {
  return new RatchetError("ENVIRONMENT", `${path} cannot be written: ${systemErrorText(error)}.`, {
    remedy: "Choose a place where you may write and where there is room.",
    data: { path },
    cause: error,
  });
}
