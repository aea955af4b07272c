import { processEnvironment } from "../config/environment.ts";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import type { CommandContext, CommandDefinition, CommandNode } from "./command.ts";
import { COMMANDS } from "./command-tree.ts";
import { checkCurrentFolder } from "./current-folder.ts";
import { asRatchetError, reportError } from "./error-report.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { jsonLine, printable, StdoutClosed, writeStderr, writeStdout } from "./output.ts";
import { parseArguments } from "./parse-arguments.ts";

/**
 * Runs one command line and gives the exit code. Never throws: errors are reported on standard error.
 * @param args what follows the program's name
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let errorFormat = errorFormatBefore(args);
  try {
    if (args.some((arg) => arg.includes("\ufffd"))) (await import("./argument-bytes.ts")).checkArgumentBytes(args);
    return await dispatch(args, (format) => {
      errorFormat = format;
    });
  } catch (error) {
    if (error instanceof StdoutClosed) return EXIT.stdoutClosed;
    const known = asRatchetError(error);
    reportError(known, errorFormat);
    return exitCodeOf(known.code);
  }
}

async function dispatch(args: readonly string[], setErrorFormat: (format: "text" | "json") => void): Promise<number> {
  const { leading, rest } = splitLeadingOptions(args);
  const [first] = rest;
  if (first === undefined || first === "--help" || first === "-h") {
    const { rootHelp } = await import("./help-text.ts");
    if (first === undefined) {
      writeStderr(rootHelp(COMMANDS, "stderr"));
      return EXIT.usage;
    }
    writeStdout(rootHelp(COMMANDS, "stdout"));
    return EXIT.done;
  }
  // `ratchet --version --json` is the command `version` under its customary name.
  const words = first === "--version" || first === "-V" ? ["version", ...rest.slice(1)] : rest;
  const { node, path } = findCommand(words);
  const own = [...leading, ...words.slice(path.length)];
  if ("commands" in node) {
    const { groupHelp } = await import("./help-text.ts");
    const asked = wantsHelp(own);
    (asked ? writeStdout : writeStderr)(groupHelp(path.join(" "), node, asked ? "stdout" : "stderr"));
    return asked ? EXIT.done : EXIT.usage;
  }
  const command = await node.load();
  if (wantsHelp(own)) {
    const { commandHelp } = await import("./help-text.ts");
    writeStdout(commandHelp(command));
    return EXIT.done;
  }
  return runCommand(command, own, setErrorFormat);
}

async function runCommand(
  command: CommandDefinition,
  args: readonly string[],
  setErrorFormat: (format: "text" | "json") => void,
): Promise<number> {
  const parsed = parseArguments(command, args);
  checkCurrentFolder(command, parsed);
  const { options, words } = parsed;
  const chosenFormat = options["error-format"];
  let loading: Promise<LoadedConfig> | undefined;
  const context: CommandContext = {
    words,
    errorFormat: chosenFormat === "json" ? "json" : "text",
    config: () => {
      loading ??= load();
      return loading;
    },
  };
  const load = async () => {
    const { config: file, profile } = options;
    const config = await loadConfig({
      env: processEnvironment(),
      files: options["no-config"] !== true,
      ...(typeof file === "string" && { file }),
      ...(typeof profile === "string" && { profile }),
    });
    if (chosenFormat === undefined) context.errorFormat = config.values.error_format;
    setErrorFormat(context.errorFormat);
    for (const message of config.warnings) {
      writeStderr(
        context.errorFormat === "json" ? jsonLine({ warning: { message } }) : `warning: ${printable(message)}\n`,
      );
    }
    return config;
  };
  return command.run(options as Parameters<CommandDefinition["run"]>[0], context);
}

/** Options of every command may also stand before its name. */
function splitLeadingOptions(args: readonly string[]): { leading: string[]; rest: string[] } {
  const leading: string[] = [];
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--no-config" || arg.startsWith("--error-format=")) leading.push(arg);
    else if (arg === "--error-format" && i + 1 < args.length) leading.push(arg, args[++i] ?? "");
    else break;
  }
  return { leading, rest: args.slice(i) };
}

function findCommand(words: readonly string[]): { node: CommandNode; path: string[] } {
  const path: string[] = [];
  let node: CommandNode = { summary: "", commands: COMMANDS };
  while ("commands" in node) {
    const word = words[path.length];
    if (path.length > 0 && (word === undefined || word.startsWith("-"))) break;
    const next: CommandNode | undefined = Object.hasOwn(node.commands, word ?? "")
      ? node.commands[word ?? ""]
      : undefined;
    if (next === undefined) throw unknownCommand(path, word ?? "", Object.keys(node.commands));
    path.push(word ?? "");
    node = next;
  }
  return { node, path };
}

function unknownCommand(path: readonly string[], word: string, names: readonly string[]): RatchetError {
  const group = path.map((part) => `${part} `).join("");
  const kind = word.startsWith("-") ? "option" : "command";
  const near = nearest(word, kind === "option" ? ["--help", "--version", "--no-config", "--error-format"] : names);
  return new RatchetError("USAGE", `unknown ${kind} ${group}${word}.`, {
    remedy:
      near === undefined
        ? `\`ratchet ${group}--help\` lists the ${kind === "option" ? "options and commands" : "commands"}.`
        : `Did you mean ${group}${near}?`,
  });
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

/** The error format as far as it is known before the command line was understood. */
function errorFormatBefore(args: readonly string[]): "text" | "json" {
  const index = args.indexOf("--error-format");
  const chosen = index === -1 ? undefined : args[index + 1];
  if (chosen === "json" || args.includes("--error-format=json")) return "json";
  return chosen === undefined && processEnvironment().RATCHET_ERROR_FORMAT === "json" ? "json" : "text";
}
