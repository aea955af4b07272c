import { type ArgsDef, renderUsage } from "citty";
import { defined } from "../../lib/defined.ts";
import {
  type ArgDefinition,
  type ArgTable,
  COMMON_OPTIONS,
  type CommandDefinition,
  type GroupDefinition,
  summaryOf,
} from "./command.ts";
import { type Paint, painter } from "./output.ts";

/** Width of help texts in columns. It fits every terminal and is readable in a file. */
const WIDTH = 100;
/** Minimum width of a description, in columns. */
const LEAST_DESCRIPTION = 40;

type Stream = "stdout" | "stderr";
type Example = readonly [commandLine: string, explanation: string];

/** Returns the help of the program, without loading a command. */
export async function rootHelp(root: GroupDefinition, stream: Stream): Promise<string> {
  const options: ArgTable = {
    ...COMMON_OPTIONS,
    version: { type: "boolean", description: "Print the version; with --json also commit and build date." },
  };
  const usage = await cittyUsage({ name: "", description: root.meta.description }, options, root);
  return helpText({
    // The list of all names would fill three lines.
    usage: usage.replace(Object.keys(root.subCommands).join("|"), "COMMAND"),
    details: [],
    examples: [
      ["ratchet run hello.ts --name Ada", "runs a file; its options come from its input schema"],
      ["ratchet init hello", "creates a task to start from"],
      ["ratchet help run", "help for a command"],
      [
        "ratchet help tasks",
        "how to write tasks; also durable, workflows, guest-api, errors, recipes, security, server, exit-codes",
      ],
    ],
    stream,
  });
}

/** Returns the help of a group of commands, such as `config`, without loading a command. */
export async function groupHelp(group: GroupDefinition, stream: Stream): Promise<string> {
  return helpText({ usage: await cittyUsage(group.meta, {}, group), details: [], examples: [], stream });
}

/**
 * Returns the help of a command, from its definition.
 * @param common the options that it shares with others
 */
export async function commandHelp(
  { meta, args }: Pick<CommandDefinition, "meta" | "args">,
  common: ArgTable = COMMON_OPTIONS,
): Promise<string> {
  const { details, examples } = meta;
  const usage = await cittyUsage(meta, { ...args, ...common });
  return helpText({ usage, details, examples, stream: "stdout" });
}

/**
 * Renders the usage with citty. citty would load every command of a group for its description, so it gets commands that
 * have only a description.
 */
async function cittyUsage(
  { name, description }: { name: string; description: string },
  args: ArgTable,
  group?: GroupDefinition,
): Promise<string> {
  const shown = Object.entries(args).map(([key, definition]) => shownArgument(key, definition));
  const entries = Object.entries(group?.subCommands ?? {});
  const subCommands = entries.map(([key, command]) => [key, { meta: { description: summaryOf(command) } }]);
  const full = `ratchet ${name}`.trimEnd();
  const usage = await renderUsage({
    meta: { name: full, description: `${description}.` },
    args: Object.fromEntries(shown) as ArgsDef,
    ...defined({ subCommands: group === undefined ? undefined : Object.fromEntries(subCommands) }),
  });
  return Bun.stripANSI(usage);
}

/** Returns an argument as the usage shows it, with repeated words and placeholders of values. */
function shownArgument(name: string, definition: ArgDefinition): [name: string, definition: object] {
  if (definition.type === "positional") {
    const choices = definition.form?.type === "choice" ? ` One of ${definition.form.choices.join(", ")}.` : "";
    const shown = { ...definition, description: `${definition.description}${choices}` };
    return [definition.multiple ? `${name}...` : name, shown];
  }
  const alias = definition.short;
  // citty shows all choices of an option next to its name. A placeholder is enough if there is one.
  if (definition.type === "enum" && definition.valueHint !== undefined)
    return [name, { ...definition, alias, type: "string" }];
  const valueHint = definition.type === "string" ? { valueHint: definition.valueHint ?? "VALUE" } : {};
  return [name, { ...definition, alias, ...valueHint }];
}

interface HelpParts {
  usage: string;
  details: readonly string[];
  examples: readonly Example[];
  stream: Stream;
}

/** Wraps citty's usage and adds what it lacks: paragraphs before the lists and examples after them. */
function helpText({ usage, details, examples, stream }: HelpParts): string {
  const paint = painter(stream);
  const [summary = "", ...rest] = usage.trimEnd().split("\n");
  const lists = rest.findIndex((line) => HEADING.test(line));
  const shown = rest.flatMap((line) => shownLine(line, paint));
  let cut = lists === -1 ? shown.length : rest.slice(0, lists).flatMap((line) => shownLine(line, paint)).length;
  const paragraphs = details.flatMap((paragraph) => [...wrap(paragraph, WIDTH), ""]);
  if (lists === -1 && paragraphs.length > 0) {
    shown.push("");
    cut = shown.length;
    paragraphs.pop();
  }
  const lines = [
    summary.replace(/ \(ratchet[^()]*\)$/, ""),
    ...shown.slice(0, cut),
    ...paragraphs,
    ...shown.slice(cut),
  ];
  if (examples.length > 0) lines.push("", paint("bold", "EXAMPLES"), "");
  for (const [commandLine, explanation] of examples) {
    lines.push(`  ${commandLine}`, paint("dim", `      ${explanation}`));
  }
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

/** A line that is a heading. */
const HEADING = /^(?:ARGUMENTS|OPTIONS|COMMANDS)$/;
/** A line of a list in citty's layout: a right-aligned name, two spaces, a description. */
const ENTRY = /^( {2,}\S.*?) {2}(\S.*)$/;

function shownLine(line: string, paint: Paint): string[] {
  if (HEADING.test(line)) return [paint("bold", line)];
  const usage = /^USAGE (.*)$/.exec(line);
  if (usage !== null) return [`${paint("bold", "USAGE")} ${paint("cyan", usage[1]?.trimEnd() ?? "")}`];
  const [, left, description] = ENTRY.exec(line) ?? [];
  if (left === undefined || description === undefined) return wrap(line, WIDTH);
  const indent = left.length + 2;
  const [first = "", ...more] = wrap(description.trimEnd(), Math.max(LEAST_DESCRIPTION, WIDTH - indent));
  return [`${paint("cyan", left)}  ${first}`, ...more.map((text) => " ".repeat(indent) + text)];
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
