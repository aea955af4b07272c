import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { TaskFiles } from "../../src/task/task-files.ts";
import { metadata } from "../task/scratch.ts";

const HERE = import.meta.dir;
const ROOT = join(HERE, "../..");
const PROGRAMS = join(HERE, "programs");
/** Where npm puts the packages of a workspace: here, if the project itself uses another version, else at the root. */
const PLACES = [HERE, ROOT];

/** Names of all programs, sorted. */
export function programNames(): string[] {
  return readdirSync(PROGRAMS)
    .map((file) => file.replace(/\.ts$/, ""))
    .sort();
}

/** Path of a program. */
export function programPath(name: string): string {
  return join(PROGRAMS, `${name}.ts`);
}

/** The packages that a program imports, found in its text. */
export function packagesOf(name: string): string[] {
  const text = readFileSync(programPath(name), "utf8");
  const specifiers = [...text.matchAll(/^import\b[^";]*"([^"]+)";$/gm)].map(([, specifier = ""]) => specifier);
  const names = specifiers.map((specifier) =>
    specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  return [...new Set(names)];
}

/** A task whose main.ts is a program, and whose node_modules has the packages that it needs, read where npm put them. */
export function corpusTask(name: string): TaskFiles {
  const folders = closureOf(packagesOf(name));
  const real = new Map([["main.ts", programPath(name)]]);
  for (const [place, folder] of folders)
    for (const path of filesIn(folder)) real.set(`${place}/${path}`, join(folder, path));
  const paths = ["metadata.json", ...real.keys()].sort();
  return {
    origin: name,
    name: (path) => `${name}/${path}`,
    list: async () => paths,
    read: async (path) => {
      if (path === "metadata.json") return new TextEncoder().encode(metadata({ label: name }));
      const file = real.get(path);
      return file === undefined ? undefined : readFileSync(file);
    },
  };
}

/** Writes the task as a folder, the way a user would have it after `npm install`. */
export function writeCorpusTask(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(programPath(name), join(folder, "main.ts"));
  writeFileSync(join(folder, "metadata.json"), metadata({ label: name }));
  for (const [place, from] of closureOf(packagesOf(name))) cpSync(from, join(folder, place), { recursive: true });
}

/** Finds the folders of packages and of all that they depend on, by their place in a task. */
function closureOf(packages: readonly string[]): Map<string, string> {
  const folders = new Map<string, string>();
  const add = (name: string) => {
    const place = `node_modules/${name}`;
    const folder = PLACES.map((root) => join(root, place)).find((path) => existsSync(path));
    if (folder === undefined || folders.has(place)) return;
    folders.set(place, folder);
    for (const dependency of dependenciesIn(folder)) add(dependency);
  };
  for (const name of packages) {
    if (!PLACES.some((root) => existsSync(join(root, "node_modules", name)))) {
      throw new Error(`the package ${name} is not installed: run "npm install"`);
    }
    add(name);
  }
  return folders;
}

/** The dependencies of a package and of the packages nested in it. */
function dependenciesIn(folder: string): string[] {
  const nested = filesIn(folder).filter((path) =>
    /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  );
  return ["package.json", ...nested].flatMap((path) => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(folder, path), "utf8"));
    return Object.keys({ ...dependencies, ...peerDependencies });
  });
}

const listed = new Map<string, readonly string[]>();

function filesIn(folder: string): readonly string[] {
  let files = listed.get(folder);
  if (files === undefined) {
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
    listed.set(folder, files);
  }
  return files;
}
