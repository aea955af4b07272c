import { existsSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import type { Invocation } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { shellPath } from "../../framework/shell-word.ts";
import { loadRunnable } from "../run-once/load-runnable.ts";
import { runSingle } from "../run-once/single.ts";
import { isStream } from "../run-once/stream-options.ts";
import { type RunOptions, runOnceOptions } from "./options.ts";
import { optionsOwner } from "./options-owner.ts";
import { defaultsFiller } from "./schema-defaults.ts";
import { readTaskWords, withTaskOptions } from "./task-options.ts";

/** Runs a task with the options behind its path, prints its help, or runs it over a stream. Returns the exit code. */
export async function runTask(options: RunOptions, context: Invocation): Promise<number> {
  const { path, "task-options": words } = options;
  const command = `run ${shellPath(path)}`;
  const once = runOnceOptions(options);
  const asksForHelp = words.includes("--help") || words.includes("-h");
  if (isStream(once) && !asksForHelp) {
    checkStream(command, words);
    await (await import("../../framework/restart-in-place.ts")).restartForManyGuests();
    return (await import("../run-once/stream.ts")).runStream(once, context, {
      command: "run",
      filler: async (task) => {
        const { schema } = await optionsOwner(task, command);
        const fill = schema === undefined ? undefined : defaultsFiller(schema);
        return (input) => {
          if (isObject(input)) fill?.(input as JsonObject);
        };
      },
    });
  }
  if (asksForHelp) {
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
    const given = [once.input, once["input-json"], once["input-file"]].some((one) => one !== undefined);
    const isFromOptions = words.some((word) => word !== "-") || (!given && words.length === 0);
    throw error instanceof RatchetError && isFromOptions ? inWordsOfRun(error, command) : error;
  }
}

/** Says where the options are listed, because the input came from them. */
function inWordsOfRun(error: RatchetError, command: string): RatchetError {
  const { code, message, data, problems } = error;
  if (code !== "INVALID_INPUT") return error;
  const remedy = `Correct the options; \`ratchet ${command} --help\` lists them.`;
  return new RatchetError(code, message, { remedy, data, problems, cause: error });
}

function checkStream(command: string, words: readonly string[]): void {
  if (words.every((word) => word === "-")) return;
  const [file] = words.filter((word) => !word.startsWith("-"));
  throw new RatchetError("USAGE", `${command}: with --ndjson the inputs come from the lines of the stream.`, {
    remedy:
      words.length === 1 && file !== undefined && existsSync(file)
        ? `Write its file before the path: --input-file ${shellPath(file)}.`
        : "Leave out the options behind the path, or leave out --ndjson. -s key=value sets a value in each input.",
  });
}
