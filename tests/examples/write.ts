/** Writes the examples in the docstrings of src/ as modules, for the type checker and the test that runs them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, readSources } from "../architecture/source-file.ts";
import { type Example, extractExamples } from "./extract.ts";

/** In the repository, where packages are found, but not in git. */
const FOLDER = "dist/examples";

/** An example in a file of its own. */
export interface WrittenExample extends Example {
  path: string;
}

/** Writes all examples, and removes those that are gone. A file that is right is left alone: then its check is cached. */
export function writeExamples(): WrittenExample[] {
  const folder = join(REPOSITORY, FOLDER);
  mkdirSync(folder, { recursive: true });
  const examples = readSources("src")
    .flatMap((file) => extractExamples(file, FOLDER))
    .map((example) => ({ ...example, path: join(folder, `${example.place.replaceAll(/[/:.]/g, "-")}.ts`) }));
  const wanted = new Set(examples.map(({ path }) => path));
  for (const name of readdirSync(folder)) if (!wanted.has(join(folder, name))) rmSync(join(folder, name));
  for (const { path, code } of examples) {
    if (!existsSync(path) || readFileSync(path, "utf8") !== code) writeFileSync(path, code);
  }
  return examples;
}

if (import.meta.main) writeExamples();
