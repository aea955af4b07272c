import { COMMON_OPTIONS, type CommandNodes, type OptionDefinition } from "../command.ts";

/** An option as completion scripts need it. */
export interface CompletionOption {
  /** With its dashes. */
  flag: string;
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
  /** What its words can be. */
  words: { choices: readonly string[]; complete: "file" | "folder" | undefined };
}

/** Loads all commands and lists them, the program itself first. */
export async function completionCommands(commands: CommandNodes): Promise<CompletionCommand[]> {
  const root: CompletionCommand = {
    path: [],
    children: children(commands),
    options: [...optionsOf(COMMON_OPTIONS), ...optionsOf({ version: { description: "Print the version." } })],
    words: { choices: [], complete: undefined },
  };
  return [root, ...(await below([], commands, commands))];
}

async function below(path: readonly string[], nodes: CommandNodes, all: CommandNodes): Promise<CompletionCommand[]> {
  const found: CompletionCommand[] = [];
  for (const [name, node] of Object.entries(nodes)) {
    const own = [...path, name];
    if ("commands" in node) {
      found.push({
        path: own,
        children: children(node.commands),
        options: optionsOf(COMMON_OPTIONS),
        words: { choices: [], complete: undefined },
      });
      found.push(...(await below(own, node.commands, all)));
      continue;
    }
    const { options, positionals = [] } = await node.load();
    const first = positionals[0];
    const choices = first?.form?.type === "choice" ? first.form.choices : [];
    found.push({
      path: own,
      children: [],
      options: [...optionsOf(options), ...optionsOf(COMMON_OPTIONS)],
      // Topics of help are the commands.
      words: { choices: name === "help" ? [...Object.keys(all), "exit-codes"] : choices, complete: first?.complete },
    });
  }
  return found;
}

function children(nodes: CommandNodes): CompletionCommand["children"] {
  return Object.entries(nodes).map(([name, { summary }]) => ({ name, summary }));
}

function optionsOf(options: Readonly<Record<string, OptionDefinition>>): CompletionOption[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const { form, description, complete, value, multiple = false } = option;
    const shown: CompletionOption = {
      flag: `--${name}`,
      description,
      multiple,
      value:
        form === undefined
          ? undefined
          : { name: value ?? "VALUE", choices: form.type === "choice" ? form.choices : [], complete },
    };
    if (!option.negatable) return [shown];
    return [shown, { ...shown, flag: `--no-${name}`, description: `Switch --${name} off.` }];
  });
}
