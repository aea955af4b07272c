import { processEnvironment } from "../../config/environment.ts";
import { type LoadedConfig, loadConfig } from "../../config/load.ts";
import { toRatchetError } from "../../domain/unknown-error.ts";
import { defined } from "../../lib/defined.ts";
import type { CommandDefinition, GroupDefinition, Invocation } from "./command.ts";
import { checkCurrentFolder } from "./current-folder.ts";
import { reportError } from "./error-report.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { findCommand, splitLeadingOptions } from "./find-command.ts";
import { checkStdout, jsonLine, StdoutClosed, writeStderr, writeStdout } from "./output.ts";
import { parseArguments } from "./parse-arguments.ts";
import { ownPart } from "./strict-arguments.ts";

/**
 * Runs one command line and returns the exit code. Never throws: errors are reported on standard error.
 * @param root all commands
 * @param args what follows the program's name
 */
export async function runCommandLine(root: GroupDefinition, args: readonly string[]): Promise<number> {
  let errorFormat = errorFormatBefore(args);
  try {
    if (args.some((arg) => arg.includes("\ufffd"))) (await import("./argument-bytes.ts")).checkArgumentBytes(args);
    return await dispatch(root, args, (format) => {
      errorFormat = format;
    });
  } catch (error) {
    if (error instanceof StdoutClosed) return EXIT.stdoutClosed;
    const known = toRatchetError(error);
    reportError(known, errorFormat);
    return exitCodeOf(known.code);
  }
}

async function dispatch(
  root: GroupDefinition,
  args: readonly string[],
  setErrorFormat: (format: "text" | "json") => void,
): Promise<number> {
  const { leading, rest } = splitLeadingOptions(args);
  const [first] = rest;
  if (first === undefined || first === "--help" || first === "-h") {
    const { rootHelp } = await import("./usage.ts");
    return showHelp(first !== undefined, (stream) => rootHelp(root, stream));
  }
  // `ratchet --version --json` is another name for the command `version`.
  const words = first === "--version" || first === "-V" ? ["version", ...rest.slice(1)] : rest;
  const { found, path } = await findCommand(root, words);
  const own = [...leading, ...words.slice(path.length)];
  if (typeof found !== "function") {
    const { groupHelp } = await import("./usage.ts");
    return showHelp(wantsHelp(own), (stream) => groupHelp(found, stream));
  }
  const command = await found();
  if (wantsHelp(ownPart(command.args, own))) {
    const { commandHelp } = await import("./usage.ts");
    writeStdout(await commandHelp(command));
    return EXIT.done;
  }
  return runCommand(command, own, setErrorFormat);
}

/** Requested help is a result. Help because of a missing command is an error. */
async function showHelp(asked: boolean, help: (stream: "stdout" | "stderr") => Promise<string>): Promise<number> {
  if (asked) writeStdout(await help("stdout"));
  else writeStderr(await help("stderr"));
  return asked ? EXIT.done : EXIT.usage;
}

async function runCommand(
  command: CommandDefinition,
  given: readonly string[],
  setErrorFormat: (format: "text" | "json") => void,
): Promise<number> {
  const parsed = parseArguments(command, given);
  checkCurrentFolder(command, parsed);
  // Before the command changes anything: its result would be lost.
  if (command.worksWithoutStdout !== true) checkStdout();
  const { args } = parsed;
  const chosenFormat = args["error-format"];
  let loading: Promise<LoadedConfig> | undefined;
  const data: Invocation = {
    errorFormat: chosenFormat === "json" ? "json" : "text",
    config: () => {
      loading ??= load();
      return loading;
    },
  };
  const load = async () => {
    const { config: file, profile } = args;
    const config = await loadConfig({
      env: processEnvironment(),
      files: args["no-config"] !== true,
      ...defined({
        file: typeof file === "string" ? file : undefined,
        profile: typeof profile === "string" ? profile : undefined,
      }),
    });
    if (chosenFormat === undefined) data.errorFormat = config.values.error_format;
    setErrorFormat(data.errorFormat);
    await writeWarnings(config.warnings, data.errorFormat);
    return config;
  };
  return command.run({ args: args as Parameters<CommandDefinition["run"]>[0]["args"], data });
}

async function writeWarnings(warnings: readonly string[], format: "text" | "json"): Promise<void> {
  if (warnings.length === 0) return;
  if (format === "json") {
    writeStderr(warnings.map((message) => jsonLine({ warning: { message } })).join(""));
    return;
  }
  const { createNotices } = await import("./people-log.ts");
  const notices = createNotices();
  for (const message of warnings) notices.warn(message);
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/** Returns the error format, as far as it is known before the command line is parsed. */
function errorFormatBefore(args: readonly string[]): "text" | "json" {
  const index = args.indexOf("--error-format");
  const chosen = index === -1 ? undefined : args[index + 1];
  if (chosen === "json" || args.includes("--error-format=json")) return "json";
  return chosen === undefined && processEnvironment().RATCHET_ERROR_FORMAT === "json" ? "json" : "text";
}
