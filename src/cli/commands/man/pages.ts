import { buildInfo } from "../../../lib/build-info.ts";
import {
  type ArgDefinition,
  type ArgTable,
  COMMON_OPTIONS,
  type CommandDefinition,
  type GroupDefinition,
  summaryOf,
} from "../../framework/command.ts";
import { EXIT_CODE_MEANINGS } from "../../framework/exit-codes.ts";
import { positionalsOf, valueName } from "../../framework/strict-arguments.ts";

/** Returns the page of the program: what it is, and its commands. */
export function rootPage(root: GroupDefinition): string {
  return [
    header("ratchet", root.meta.description),
    section("SYNOPSIS", [`.B ratchet\n.I COMMAND\n${text("[options] [arguments]")}`]),
    section("COMMANDS", commandList(root, "ratchet")),
    section("OPTIONS", optionList(COMMON_OPTIONS)),
    exitStatus(),
    section("SEE ALSO", [
      text("`ratchet help tasks`, `ratchet help guest-api`, `ratchet help errors` and `ratchet help recipes`."),
    ]),
  ].join("");
}

/** Returns the page of a group of commands. */
export function groupPage(group: GroupDefinition): string {
  const name = `ratchet ${group.meta.name}`;
  return [
    header(name, group.meta.description),
    section("SYNOPSIS", [`.B ${text(name)}\n.I COMMAND\n${text("[options] [arguments]")}`]),
    section("COMMANDS", commandList(group, name)),
    seeAlso(),
  ].join("");
}

/** Returns the page of a command. */
export function commandPage({ meta, args }: CommandDefinition): string {
  const name = `ratchet ${meta.name}`;
  const words = positionalsOf(args).map(([word, { multiple, required }]) => {
    const shown = `${word.toUpperCase()}${multiple ? "..." : ""}`;
    return required === false ? `[${shown}]` : shown;
  });
  const examples = meta.examples.map(([line, why]) => `.PP\n${text(why)}\n.PP\n.RS 4\n.EX\n${text(line)}\n.EE\n.RE`);
  return [
    header(name, meta.description),
    section("SYNOPSIS", [`.B ${text(name)}\n${text(["[options]", ...words].join(" "))}`]),
    section(
      "DESCRIPTION",
      meta.details.map((paragraph) => `.PP\n${text(paragraph)}`),
    ),
    section(
      "ARGUMENTS",
      positionalsOf(args).map(([word, { description }]) => entry(`\\fI${text(word.toUpperCase())}\\fR`, description)),
    ),
    section("OPTIONS", optionList({ ...args, ...COMMON_OPTIONS })),
    section("EXAMPLES", examples),
    exitStatus(),
    seeAlso(),
  ].join("");
}

function header(name: string, description: string): string {
  const { version, buildDate } = buildInfo();
  const page = name.replaceAll(" ", "-");
  const date = /^\d{4}-\d{2}-\d{2}/.exec(buildDate)?.[0] ?? "";
  const title = `.TH ${quoted(page.toUpperCase())} 1 ${quoted(date)} ${quoted(`ratchet ${version}`)}`;
  return `${title}\n.SH NAME\n${text(page)} \\- ${text(description)}\n`;
}

function section(name: string, parts: readonly string[]): string {
  return parts.length === 0 ? "" : `.SH ${name}\n${parts.join("\n")}\n`;
}

function commandList(group: GroupDefinition, prefix: string): string[] {
  return Object.entries(group.subCommands).map(([name, command]) =>
    entry(`\\fB${text(`${prefix} ${name}`)}\\fR`, summaryOf(command)),
  );
}

function optionList(args: ArgTable): string[] {
  return Object.entries(args).flatMap(([name, option]) =>
    option.type === "positional" ? [] : [entry(optionTitle(name, option), option.description)],
  );
}

function optionTitle(name: string, option: Exclude<ArgDefinition, { type: "positional" }>): string {
  const short = option.short === undefined ? "" : `\\fB\\-${option.short}\\fR, `;
  const value = option.type === "boolean" ? "" : `=\\fI${text(valueName(option))}\\fR`;
  return `${short}\\fB\\-\\-${text(name)}\\fR${value}`;
}

function entry(title: string, description: string): string {
  return `.TP\n${title}\n${text(description)}`;
}

function exitStatus(): string {
  return section(
    "EXIT STATUS",
    EXIT_CODE_MEANINGS.map(([code, meaning]) => entry(`\\fB${code}\\fR`, meaning)),
  );
}

function seeAlso(): string {
  return section("SEE ALSO", [text("`ratchet man`, `ratchet help recipes`, `ratchet help errors`")]);
}

/** Escapes a text for roff: a line that starts with a dot or a quote would be a request (groff(7)). */
function text(plain: string): string {
  return plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function quoted(plain: string): string {
  return `"${plain.replaceAll('"', '""')}"`;
}
