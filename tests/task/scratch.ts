import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RatchetError } from "../../src/domain/errors.ts";

/** A temporary folder for a test, deleted at the end of the test's `using` block. */
export function scratch(): Disposable & { path(...names: string[]): string; write(files: Files): string } {
  const root = mkdtempSync(join(tmpdir(), "ratchet-task-"));
  return {
    path: (...names) => join(root, ...names),
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        const path = join(root, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
      return root;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A valid metadata.json. */
export function metadata(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    uuid: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    version: "1.0.0",
    label: "sample",
    description: "A task of a test.",
    ...fields,
  });
}

/** The files of a small valid task. */
export function taskFiles(fields: Readonly<Record<string, unknown>> = {}, prefix = ""): Record<string, string> {
  return {
    [`${prefix}metadata.json`]: metadata(fields),
    [`${prefix}main.js`]: "(function (input) { return input; });\n",
    [`${prefix}input.schema.json`]: "{}",
    [`${prefix}output.schema.json`]: "{}",
  };
}

/** Returns the RatchetError that something throws. */
export async function failure(run: () => unknown): Promise<RatchetError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof RatchetError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
