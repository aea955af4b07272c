import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { refuseExisting } from "../../../task/generate.ts";
import { TEMPLATES } from "../../../task/templates/templates.ts";
import { isTerminal } from "../../framework/output.ts";
import { shellPath } from "../../framework/shell-word.ts";
import { createQuestions } from "./questions.ts";

/** What the command line says about the new task. */
export interface InitOptions {
  folder: string | undefined;
  label: string | undefined;
  template: string | undefined;
  description: string | undefined;
  yes: boolean;
}

/** A task to create. What is undefined has the default of the generator. */
export interface ChosenTask {
  path: string;
  label: string | undefined;
  template: string | undefined;
  description: string | undefined;
}

/**
 * Decides about the new task: by the command line, by questions on a terminal, and by defaults.
 * @throws {RatchetError} USAGE when no folder is named and the current one is not empty
 */
export async function chooseTask(options: InitOptions): Promise<ChosenTask> {
  const { folder, label, template, description } = options;
  const path = folder ?? label ?? (isEmpty(".") ? "." : undefined);
  if (folder !== undefined) checkFolder(folder);
  if (!options.yes && process.stdin.isTTY && isTerminal("stderr")) return askAll(options, path);
  if (path !== undefined) return { path, label, template, description };
  throw new RatchetError("USAGE", "init: FOLDER is missing, and the current folder is not empty.", {
    remedy: "Name the folder to create, as in `ratchet init hello`.",
  });
}

async function askAll(options: InitOptions, suggested = "my-task"): Promise<ChosenTask> {
  const questions = createQuestions();
  try {
    const path = options.folder ?? (await questions.ask("Folder", suggested));
    checkFolder(path);
    const label = options.label ?? (await questions.ask("Label", basename(resolve(path))));
    const template = options.template ?? (await questions.choose("Template", Object.keys(TEMPLATES), "basic"));
    const description = options.description ?? (await questions.ask("Description", ""));
    return { path, label, template, description: description === "" ? undefined : description };
  } finally {
    questions.close();
  }
}

/** Nobody wants to answer questions about a folder that can't be created. */
function checkFolder(path: string): void {
  const program = /^(.+)\.[cm]?[jt]sx?$/.exec(path);
  if (program !== null) {
    throw new RatchetError("USAGE", `init: ${path} is the name of a file, and init creates a folder.`, {
      remedy:
        `Write \`ratchet init ${shellPath(program[1] ?? "")}\`, or save a program such as ` +
        `\`export default (input) => input\` as ${path}: a single file needs nothing else.`,
    });
  }
  refuseExisting(path);
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}
