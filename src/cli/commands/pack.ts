import { basename, join, relative, resolve, sep } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import type { TaskMetadata } from "../../domain/task.ts";
import { defineCommand } from "../framework/command.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { isTerminal, printable, writeAll, writeStdout } from "../framework/output.ts";
import { checkOutputPath, openOutputFile, outputFilePath, unwritable } from "../framework/output-file.ts";

/** `ratchet pack`. */
export const PACK = defineCommand({
  meta: {
    name: "pack",
    description: "Pack a task or a collection into a .zip",
    details: [
      "Checks every task like `ratchet validate`, and writes an archive that `run-once`, `test` and every source of tasks " +
        "accept. The same files always produce the same archive. It appears whole or not at all. Hidden files are left out.",
    ],
    examples: [
      ["ratchet pack tasks/addition", "writes addition-1.0.0.zip"],
      ["ratchet pack hello.ts -o hello.zip", "a single file, with all that it imports"],
      ["ratchet pack tasks --output tasks.zip --json", "a collection; prints its size and checksum for a program"],
    ],
  },
  args: {
    path: {
      type: "positional",
      description: "The task or the collection: a folder, a .zip, or a .js or .ts file.",
      complete: "file",
    },
    output: {
      type: "string",
      short: "o",
      valueHint: "FILE",
      complete: "file",
      description:
        "The archive. Default: LABEL-VERSION.zip, for a collection FOLDER.zip, in the current folder. - writes it to " +
        "standard output, and nothing else.",
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  needsCurrentFolder: ({ output }) => output === undefined,
  async run({ args }) {
    const { path } = args;
    checkTerminal(args.output);
    const [{ validateTask }, { packTasks }] = await Promise.all([
      import("../../task/validate.ts"),
      import("../../task/pack.ts"),
    ]);
    const { tasks, problems, isCollection } = await validateTask(path);
    const errors = problems.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      const found = errors.length === 1 ? "1 error was" : `${errors.length} errors were`;
      throw new RatchetError("TASK_INVALID", `${path} is not packed: ${found} found.`, {
        remedy: "Correct them; `ratchet validate` checks again.",
        problems: errors,
      });
    }
    if (args.output !== undefined && outputFilePath(args.output) === undefined) {
      writeStdout((await packTasks(path)).bytes);
      return EXIT.done;
    }
    const output = args.output ?? defaultOutput(path, isCollection ? undefined : tasks[0]?.metadata);
    checkPlace(path, output);
    checkOutputPath(output);
    const { bytes, paths } = await packTasks(path);
    writeWhole(output, bytes);
    const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    const packed = tasks.flatMap(({ metadata }) =>
      metadata === undefined ? [] : [{ label: metadata.label, version: metadata.version, uuid: metadata.uuid }],
    );
    if (args.json) {
      writeStdout(
        `${JSON.stringify({ file: output, bytes: bytes.length, sha256, files: paths.length, tasks: packed })}\n`,
      );
    } else {
      const what = packed.map(({ label, version }) => `${printable(label)} ${version}\n`).join("");
      writeStdout(`${what}${printable(output)}: ${paths.length} files, ${bytes.length} bytes, sha256 ${sha256}\n`);
    }
    return EXIT.done;
  },
});

/** `addition-1.0.0.zip` for a task, the folder's name for a collection. */
function defaultOutput(path: string, metadata: TaskMetadata | undefined): string {
  if (metadata === undefined) return `${basename(resolve(path)).replace(/\.zip$/, "")}.zip`;
  // A label may have characters that no file name can have, and the name should be neither hidden nor look like an option.
  return `${`${metadata.label}-${metadata.version}`.replace(/[/\\:*?"<>|]/g, "-").replace(/^[.-]+/, "")}.zip`;
}

function checkTerminal(output: string | undefined): void {
  if (output === undefined || outputFilePath(output) !== undefined || !isTerminal("stdout")) return;
  throw new RatchetError("USAGE", "pack: an archive can't be shown on a terminal.", {
    remedy: "Redirect standard output, or name a file: -o FILE.",
  });
}

/** Checks the output path: an archive inside the packed folder would become part of the next archive. */
function checkPlace(path: string, output: string): void {
  const way = relative(resolve(path), resolve(output));
  if (way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way) return;
  throw new RatchetError("USAGE", `pack: ${output} is in ${path}, which is to be packed.`, {
    remedy: `Name a file in another folder: -o ${join("..", basename(output))}.`,
  });
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openOutputFile(path);
  try {
    writeAll(file.descriptor, bytes);
  } catch (error) {
    file.discard();
    throw unwritable(path, error);
  }
  file.commit();
}
