import { RatchetError } from "../../../domain/errors.ts";
import type { Invocation } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { loadRunnable } from "../run-once/load-runnable.ts";
import { runSingle } from "../run-once/single.ts";
import { isStream } from "../run-once/stream-options.ts";
import { type RunOptions, runOnceOptions } from "./options.ts";
import { optionsOwner } from "./options-owner.ts";
import { readTaskWords, withTaskOptions } from "./task-options.ts";

/** Runs a task with the options behind its path, prints its help, or runs it over a stream. Returns the exit code. */
export async function runTask(options: RunOptions, context: Invocation): Promise<number> {
  const { path, "task-options": words } = options;
  const command = `run ${path}`;
  const once = runOnceOptions(options);
  if (isStream(once)) {
    checkStream(command, words);
    await (await import("../../framework/restart-in-place.ts")).restartForManyGuests();
    return (await import("../run-once/stream.ts")).runStream(once, context);
  }
  if (words.includes("--help") || words.includes("-h")) {
    const task = await loadRunnable(once);
    const owner = await optionsOwner(task, command);
    if (readTaskWords(words, owner).help) {
      const { taskHelp } = await import("./task-help.ts");
      writeStdout(await taskHelp(task, owner));
      return EXIT.done;
    }
  }
  try {
    return await runSingle(once, context, {
      command: "run",
      input: async (task, base) => {
        const owner = await optionsOwner(task, command);
        const read = readTaskWords(words, owner);
        return withTaskOptions(base(read.stdin), read, owner);
      },
    });
  } catch (error) {
    throw error instanceof RatchetError ? inWordsOfRun(error, path) : error;
  }
}

/** Says where the options are listed, because the input came from them, and names the schemas of a single file. */
function inWordsOfRun(error: RatchetError, path: string): RatchetError {
  const { code, data, problems } = error;
  if (code !== "INVALID_INPUT" && code !== "INVALID_OUTPUT") return error;
  const side = code === "INVALID_INPUT" ? "input" : "output";
  const isFile = path === "-" || /\.[cm]?[jt]s$/.test(path);
  const message = isFile ? error.message.replace(`${side}.schema.json`, `its export \`${side}\``) : error.message;
  const remedy =
    side === "input"
      ? `Correct the options; \`ratchet run ${path} --help\` lists them.`
      : (error.remedy ?? "Correct it.");
  return new RatchetError(code, message, { remedy, data, problems, cause: error });
}

function checkStream(command: string, words: readonly string[]): void {
  if (words.every((word) => word === "-")) return;
  throw new RatchetError("USAGE", `${command}: with --ndjson the inputs come from the lines of the stream.`, {
    remedy: "Leave out the options behind the path, or leave out --ndjson.",
  });
}
