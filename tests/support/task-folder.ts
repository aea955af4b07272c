import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder that is removed when it is disposed of. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "ratchet-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Writes a task with this program and schemas that accept everything. @param more files beside these, or in their place */
export async function writeTask(
  folder: string,
  program: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = join(folder, `task-${crypto.randomUUID()}`);
  const metadata = {
    uuid: "0d7a2f5c-3a51-4c0e-9f35-6b1f0f0a7c11",
    version: "1.0.0",
    label: "recorded",
    description: "A task of the tests.",
  };
  await Bun.write(join(path, "metadata.json"), JSON.stringify(metadata));
  await Bun.write(join(path, "main.js"), program);
  await Bun.write(join(path, "input.schema.json"), "true");
  await Bun.write(join(path, "output.schema.json"), "true");
  for (const [name, text] of Object.entries(more)) await Bun.write(join(path, name), text);
  return path;
}
