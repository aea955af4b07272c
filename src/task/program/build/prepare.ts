import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Build step: writes what bundles with top-level `await` consist of (`src/task/program/guest/`) into `directory`, as the body
 * of a CommonJS module in a single line.
 * @returns the written files
 * @throws {Error} if it does not bundle
 */
export async function prepareProgramModules(root: string, directory: string): Promise<readonly string[]> {
  const result = await Bun.build({
    entrypoints: [join(root, "src/task/program/guest/main.ts")],
    format: "cjs",
    target: "browser",
    env: "disable",
    minify: true,
    throw: false,
  });
  const [output] = result.outputs;
  if (!result.success || output === undefined) throw new AggregateError(result.logs, "program modules did not bundle");
  const text = (await output.text()).trim();
  // Everything in a bundle stays on its line.
  if (text.includes("\n")) throw new Error("program modules need more than one line");
  await mkdir(directory, { recursive: true });
  const path = join(directory, "program.modules");
  await writeFile(path, text);
  return [path];
}
