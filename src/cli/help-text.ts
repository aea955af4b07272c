import {
  COMMON_OPTIONS,
  type CommandDefinition,
  type CommandNodes,
  type OptionDefinition,
  type PositionalDefinition,
} from "./command.ts";
import { type Paint, painter } from "./output.ts";

/** Columns of help texts: fits every terminal, and reads well in a file. */
const WIDTH = 100;
/** Options wider than this get their description on the next line. */
const LEFT_COLUMN = 28;

/** The help of the whole program; loads no command. */
export function rootHelp(commands: CommandNodes, stream: "stdout" | "stderr"): string {
  const paint = painter(stream);
  return text([
    "Ratchet runs JavaScript and TypeScript tasks in a sandbox.",
    "",
    heading(paint, "Usage"),
    "  ratchet COMMAND [OPTIONS]",
    "",
    heading(paint, "Commands"),
    ...commandRows(commands, paint),
    "",
    heading(paint, "Options of every command"),
    ...optionRows(
      { ...COMMON_OPTIONS, version: { description: "Print the version; with --json also commit and build date." } },
      paint,
    ),
    "",
    heading(paint, "Examples"),
    `  ratchet run-once --from-fs tasks/addition --input-json '{"num1":5,"num2":10}'`,
    "  ratchet help run-once",
    "  ratchet help exit-codes",
  ]);
}

/** The help of a group of commands, such as `config`. */
export function groupHelp(
  name: string,
  group: { summary: string; commands: CommandNodes },
  stream: "stdout" | "stderr",
): string {
  const paint = painter(stream);
  return text([
    `${group.summary}.`,
    "",
    heading(paint, "Usage"),
    `  ratchet ${name} COMMAND [OPTIONS]`,
    "",
    heading(paint, "Commands"),
    ...commandRows(group.commands, paint),
    "",
    `\`ratchet ${name} COMMAND --help\` says more about each.`,
  ]);
}

/** The help of one command, made from its definition. */
export function commandHelp(command: CommandDefinition): string {
  const paint = painter("stdout");
  const positionals = command.positionals ?? [];
  const lines = [`${command.summary}.`, "", heading(paint, "Usage"), `  ${usageLine(command)}`, ""];
  for (const paragraph of command.description) lines.push(...wrap(paragraph, WIDTH), "");
  if (positionals.length > 0) {
    lines.push(heading(paint, "Arguments"));
    lines.push(
      ...rows(
        positionals.map((positional) => [positional.name, describePositional(positional)]),
        paint,
      ),
      "",
    );
  }
  if (Object.keys(command.options).length > 0) {
    lines.push(heading(paint, "Options"), ...optionRows(command.options, paint), "");
  }
  lines.push(heading(paint, "Options of every command"), ...optionRows(COMMON_OPTIONS, paint), "");
  lines.push(heading(paint, "Examples"));
  for (const [commandLine, explanation] of command.examples) {
    lines.push(`  ${commandLine}`, paint("dim", `      ${explanation}`));
  }
  return text(lines);
}

function usageLine(command: CommandDefinition): string {
  const required = Object.entries(command.options)
    .filter(([, option]) => option.required)
    .map(([name, option]) => `--${name} ${option.value ?? "VALUE"}`);
  const words = (command.positionals ?? []).map(({ name, required, multiple }) => {
    const shown = `${name}${multiple ? "..." : ""}`;
    return required ? shown : `[${shown}]`;
  });
  return ["ratchet", command.name, ...words, ...required, "[OPTIONS]"].join(" ");
}

function describePositional(positional: PositionalDefinition): string {
  const choices = positional.form?.type === "choice" ? ` One of ${positional.form.choices.join(", ")}.` : "";
  return `${positional.description}${choices}`;
}

function commandRows(commands: CommandNodes, paint: Paint): string[] {
  return rows(
    Object.entries(commands).map(([name, node]) => [name, node.summary]),
    paint,
  );
}

function optionRows(options: Readonly<Record<string, OptionDefinition>>, paint: Paint): string[] {
  return rows(
    Object.entries(options).map(([name, option]) => {
      const value = option.form === undefined ? "" : ` ${option.value ?? valueName(option)}`;
      const notes = [option.required ? "Required." : "", option.negatable ? `--no-${name} switches it off.` : ""];
      return [`--${name}${value}`, [option.description, ...notes].filter((note) => note !== "").join(" ")];
    }),
    paint,
  );
}

function valueName(option: OptionDefinition): string {
  return option.form?.type === "choice" ? option.form.choices.join("|") : "VALUE";
}

function rows(entries: readonly (readonly [left: string, right: string])[], paint: Paint): string[] {
  const left = Math.min(LEFT_COLUMN, Math.max(...entries.map(([name]) => name.length)) + 2);
  return entries.flatMap(([name, description]) => {
    const [first = "", ...more] = wrap(description, WIDTH - left - 2);
    const indent = " ".repeat(left + 2);
    if (name.length > left - 2) return [`  ${paint("cyan", name)}`, ...[first, ...more].map((line) => indent + line)];
    return [`  ${paint("cyan", name)}${" ".repeat(left - name.length)}${first}`, ...more.map((line) => indent + line)];
  });
}

function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function heading(paint: Paint, title: string): string {
  return paint("bold", `${title}:`);
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
