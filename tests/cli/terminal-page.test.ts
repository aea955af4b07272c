import { expect, test } from "bun:test";
import { terminalPage } from "../../src/cli/commands/help/terminal-page.ts";

const plain = (_: unknown, text: string) => text;

test("tables become lists, with headers where there are several columns", () => {
  const two = "| code | meaning |\n| --- | --- |\n| `A\\|B` | one |\n| C | |\n\nAfter.";
  expect(terminalPage(two, plain)).toBe("`A|B`\n    one\nC\n\nAfter.");
  const three = "|  | awaited | other |\n| --- | --- | --- |\n| `body` | a stream | text |";
  expect(terminalPage(three, plain)).toBe("`body`\n    awaited: a stream\n    other: text");
});

test("long cells are continued on lines of at most 100 columns", () => {
  const page = terminalPage(`| a | b |\n| --- | --- |\n| x | ${"word ".repeat(60)}|`, plain);
  for (const line of page.split("\n").slice(1)) expect(line).toMatch(/^ {4}\S.{0,95}$/);
  expect(page.match(/word/g)).toHaveLength(60);
});

test("links name the topic that prints the page, and code stays as it is", () => {
  expect(terminalPage("See [tasks.md](tasks.md#the-program), [below](#x) and [codes](errors.md).", plain)).toBe(
    "See `ratchet help tasks`, below and codes (`ratchet help errors`).",
  );
  expect(terminalPage("    const a = b[0](1);", plain)).toBe("    const a = b[0](1);");
  expect(terminalPage("## One\n\n    | not | a table |", (style, text) => `<${style}>${text}`)).toBe(
    "<bold>## One\n\n    | not | a table |",
  );
});
