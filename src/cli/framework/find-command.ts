import { RatchetError } from "../../domain/errors.ts";
import { nearest } from "../../lib/nearest.ts";
import type { GroupDefinition, SubCommands } from "./command.ts";

/** Options of every command may also stand before its name. */
export function splitLeadingOptions(args: readonly string[]): { leading: string[]; rest: string[] } {
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

/**
 * The command that words lead to. citty's own way there would load every command when a word is not a command, and take
 * `constructor` for one.
 * @throws {RatchetError} USAGE
 */
export function findCommand(
  root: GroupDefinition,
  words: readonly string[],
): { found: SubCommands[string]; path: string[] } {
  const path: string[] = [];
  let found: SubCommands[string] = root;
  while (typeof found !== "function") {
    const word = words[path.length];
    if (path.length > 0 && (word === undefined || word.startsWith("-"))) break;
    const next: SubCommands[string] | undefined = subCommand(found, word ?? "");
    if (next === undefined) throw unknownCommand(path, word ?? "", Object.keys(found.subCommands));
    path.push(word ?? "");
    found = next;
  }
  return { found, path };
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

/** A command of a group, or undefined. */
export function subCommand({ subCommands }: GroupDefinition, name: string): SubCommands[string] | undefined {
  return Object.hasOwn(subCommands, name) ? subCommands[name] : undefined;
}
