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
export async function findCommand(
  root: GroupDefinition,
  words: readonly string[],
): Promise<{ found: SubCommands[string]; path: string[] }> {
  const path: string[] = [];
  let found: SubCommands[string] = root;
  while (typeof found !== "function") {
    const word = words[path.length];
    if (path.length > 0 && (word === undefined || word.startsWith("-"))) break;
    const next: SubCommands[string] | undefined = subCommand(found, word ?? "");
    if (next === undefined) throw await unknownCommand(path, word ?? "", found);
    path.push(word ?? "");
    found = next;
  }
  return { found, path };
}

async function unknownCommand(path: readonly string[], word: string, inside: GroupDefinition): Promise<RatchetError> {
  const group = path.map((part) => `${part} `).join("");
  const kind = word.startsWith("-") ? "option" : "command";
  const near =
    kind === "option" ? nearestOption(word) : await nearestCommand(path.length === 0, word, inside.subCommands);
  return new RatchetError("USAGE", `unknown ${kind} ${group}${word}.`, {
    remedy:
      near === undefined
        ? `\`ratchet ${group}--help\` lists the ${kind === "option" ? "options and commands" : "commands"}.`
        : `Did you mean ${group}${near}?`,
  });
}

function nearestOption(word: string): string | undefined {
  if (word === "-v") return "--version";
  return word === "-?" ? "--help" : nearest(word, ["--help", "--version", "--no-config", "--error-format"]);
}

/** What people type for another command comes before a command that is spelt in a similar way. */
async function nearestCommand(isRoot: boolean, word: string, commands: SubCommands): Promise<string | undefined> {
  const near = nearest(word, Object.keys(commands));
  if (!isRoot) return (await import("./other-names.ts")).otherNameIn(word, commands) ?? near;
  const other = (await import("./other-names.ts")).otherName(word);
  return other ?? near;
}

/** A command of a group, or undefined. */
export function subCommand({ subCommands }: GroupDefinition, name: string): SubCommands[string] | undefined {
  return Object.hasOwn(subCommands, name) ? subCommands[name] : undefined;
}
