import {
  type ArgTable,
  COMMON_OPTIONS,
  type GroupDefinition,
  type SubCommands,
  summaryOf,
} from "../../framework/command.ts";
import { formOf, positionalsOf, valueName } from "../../framework/strict-arguments.ts";
import { TOPICS } from "../help/topics.ts";

/** An option as completion scripts need it. */
export interface CompletionOption {
  /** With its dashes. */
  flag: string;
  /** The letter of the short form. */
  short: string | undefined;
  description: string;
  multiple: boolean;
  /** What follows it, `undefined` for a flag. */
  value: { name: string; choices: readonly string[]; complete: "file" | "folder" | undefined } | undefined;
}

/** A command, or a group with `children`. */
export interface CompletionCommand {
  /** Words that lead to it; empty for the program itself. */
  path: readonly string[];
  children: readonly { name: string; summary: string }[];
  options: readonly CompletionOption[];
  /** What follows its first word are options of a task, which `ratchet completions task` lists. */
  runsTask: boolean;
  /** What its words can be. */
  words: { choices: readonly string[]; complete: "file" | "folder" | undefined };
}

/** Loads all commands and lists them, the program itself first. */
export async function completionCommands(all: GroupDefinition): Promise<CompletionCommand[]> {
  const version: ArgTable = { version: { type: "boolean", description: "Print the version." } };
  const root: CompletionCommand = {
    path: [],
    children: children(all.subCommands),
    options: [...optionsOf(COMMON_OPTIONS), ...optionsOf(version)],
    runsTask: false,
    words: { choices: [], complete: undefined },
  };
  return [root, ...(await below([], all.subCommands, all))];
}

async function below(
  path: readonly string[],
  commands: SubCommands,
  all: GroupDefinition,
): Promise<CompletionCommand[]> {
  const found: CompletionCommand[] = [];
  for (const [name, command] of Object.entries(commands)) {
    const own = [...path, name];
    if (typeof command !== "function") {
      found.push({
        path: own,
        children: children(command.subCommands),
        options: optionsOf(COMMON_OPTIONS),
        runsTask: false,
        words: { choices: [], complete: undefined },
      });
      found.push(...(await below(own, command.subCommands, all)));
      continue;
    }
    const { args } = await command();
    const positionals = positionalsOf(args);
    const first = positionals[0]?.[1];
    const form = first === undefined ? undefined : formOf(first);
    const choices = form?.type === "choice" ? form.choices : [];
    found.push({
      path: own,
      children: [],
      options: [...optionsOf(args), ...optionsOf(COMMON_OPTIONS)],
      runsTask: positionals.some(([word, { rest }]) => rest === true && word === "task-options"),
      // Topics of help are the commands.
      words: {
        choices: name === "help" ? [...Object.keys(all.subCommands), ...Object.keys(TOPICS), "exit-codes"] : choices,
        complete: first?.complete,
      },
    });
  }
  return found;
}

function children(commands: SubCommands): CompletionCommand["children"] {
  return Object.entries(commands).map(([name, command]) => ({ name, summary: summaryOf(command) }));
}

function optionsOf(args: ArgTable): CompletionOption[] {
  return Object.entries(args).flatMap(([name, option]): CompletionOption[] => {
    if (option.type === "positional") return [];
    const { description, short } = option;
    const flag = `--${name}`;
    if (option.type === "boolean") {
      const shown = { flag, short, description, multiple: false, value: undefined };
      const { negativeDescription } = option;
      if (negativeDescription === undefined) return [shown];
      return [shown, { ...shown, short: undefined, flag: `--no-${name}`, description: negativeDescription }];
    }
    const form = formOf(option);
    const choices = form.type === "choice" ? form.choices : [];
    const value = { name: valueName(option), choices, complete: option.complete };
    return [{ flag, short, description, multiple: option.multiple ?? false, value }];
  });
}
