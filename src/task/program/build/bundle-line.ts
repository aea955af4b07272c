import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is bundled, and where it goes. */
export interface LineBundle {
  /** Path of the module. */
  entry: string;
  directory: string;
  /** Name of the file in the directory. */
  file: string;
}

/**
 * Writes a module of guests as the body of a CommonJS module in a single line: what stands after it in a program keeps its lines.
 * @returns the written files
 * @throws {Error} if it does not bundle
 */
export async function bundleLine({ entry, directory, file }: LineBundle): Promise<readonly string[]> {
  const result = await Bun.build({
    entrypoints: [entry],
    format: "cjs",
    target: "browser",
    env: "disable",
    minify: true,
    throw: false,
  });
  const [output] = result.outputs;
  if (!result.success || output === undefined) throw new AggregateError(result.logs, `${file} did not bundle`);
  const text = (await output.text()).trim();
  if (text.includes("\n")) throw new Error(`${file} needs more than one line`);
  await mkdir(directory, { recursive: true });
  const path = join(directory, file);
  await writeFile(path, text);
  return [path];
}
