import { type CommandDefinition, defineCommand, type GroupDefinition } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { findCommand } from "../../framework/find-command.ts";
import { writeStdout } from "../../framework/output.ts";
import { commandPage, groupPage, rootPage } from "./pages.ts";

/** `ratchet man`: manual pages, made from the definitions of all commands. */
export function manCommand(root: GroupDefinition): CommandDefinition {
  return defineCommand({
    meta: {
      name: "man",
      description: "Print a manual page",
      details: ["Prints the page of Ratchet or of a command as roff, the format of man(1)."],
      examples: [
        ["ratchet man run | man -l -", "read the page of a command"],
        ["ratchet man > ~/.local/share/man/man1/ratchet.1", "install the page of Ratchet"],
      ],
    },
    args: {
      command: {
        type: "positional",
        description: "A command such as run, or jobs list. Default: the page of Ratchet itself.",
        multiple: true,
        required: false,
      },
    },
    async run({ args }) {
      if (args.command.length === 0) {
        writeStdout(rootPage(root));
        return EXIT.done;
      }
      const { found } = await findCommand(root, args.command);
      writeStdout(typeof found === "function" ? commandPage(await found()) : groupPage(found));
      return EXIT.done;
    },
  });
}
