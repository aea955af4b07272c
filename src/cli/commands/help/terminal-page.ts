import type { Paint } from "../../framework/output.ts";

/** Columns after which the text of a table is continued on the next line. */
const WIDTH = 100;
const INDENT = "    ";
/** The topic that prints each page of the documentation. */
const TOPIC_OF: Readonly<Record<string, string>> = {
  "tasks.md": "tasks",
  "guest-api.md": "guest-api",
  "durable.md": "durable",
  "errors.md": "errors",
  "recipes.md": "recipes",
  "security.md": "security",
  "cli.md": "server",
};

/**
 * Formats a page of the documentation for a terminal: tables become lists, and links name the topic that prints the other
 * page. Code, paragraphs and headings stay as they are.
 */
export function terminalPage(markdown: string, paint: Paint): string {
  const lines: string[] = [];
  let headers: string[] | undefined;
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) {
      headers = undefined;
      lines.push(/^#+ /.test(line) ? paint("bold", withoutLinks(line)) : isCode(line) ? line : withoutLinks(line));
    } else if (headers === undefined) headers = cellsOf(line);
    else if (!/^\|[\s|:-]+\|$/.test(line)) lines.push(...rowLines(cellsOf(line), headers));
  }
  return lines.join("\n");
}

function isCode(line: string): boolean {
  return line.startsWith(INDENT);
}

/** The first cell, and the others below it with their headers. */
function rowLines([first = "", ...others]: readonly string[], [, ...headers]: readonly string[]): string[] {
  const named = others.flatMap((cell, index) => {
    if (cell === "") return [];
    return others.length > 1 && headers[index] ? [`${headers[index]}: ${cell}`] : [cell];
  });
  return [...wrapped(first, ""), ...named.flatMap((text) => wrapped(text, INDENT))];
}

/** A bar in a cell is written with a backslash. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf("|"))
    .split(/(?<!\\)\|/)
    .map((cell) => withoutLinks(cell.trim().replaceAll("\\|", "|")));
}

function withoutLinks(text: string): string {
  return text.replace(/\[([^\]]+)\]\(([^)\s]*)\)/g, (_, label: string, target: string) => {
    const topic = TOPIC_OF[target.replace(/#.*/, "").replace(/.*\//, "")];
    if (topic === undefined) return label;
    return label.endsWith(".md") ? `\`ratchet help ${topic}\`` : `${label} (\`ratchet help ${topic}\`)`;
  });
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
