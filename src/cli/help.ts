import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { type CommandDefinition, type CommandNode, type CommandNodes, defineCommand } from "./command.ts";
import { EXIT, EXIT_CODE_MEANINGS } from "./exit-codes.ts";
import { commandHelp, groupHelp, rootHelp } from "./help-text.ts";
import { writeStdout } from "./output.ts";

const EXIT_CODES_TOPIC = "exit-codes";

/** `ratchet help`: about a command, a group of commands, or the exit codes. */
export function helpCommand(commands: CommandNodes): CommandDefinition {
  return defineCommand({
    name: "help",
    summary: "Print help for a command, or the exit codes",
    description: ["Without a topic prints the list of commands; `exit-codes` prints what each exit code means."],
    positionals: [
      { name: "TOPIC", description: `A command such as run-once, or ${EXIT_CODES_TOPIC}.`, multiple: true },
    ],
    standalone: true,
    options: {},
    examples: [
      ["ratchet help run-once", "the same as ratchet run-once --help"],
      ["ratchet help exit-codes", "the table of exit codes"],
    ],
    async run(_options, { words }) {
      writeStdout(await helpAbout(words, commands));
      return EXIT.done;
    },
  });
}

async function helpAbout(words: readonly string[], commands: CommandNodes): Promise<string> {
  if (words.length === 0) return rootHelp(commands, "stdout");
  const topic = words.join(" ");
  if (topic === EXIT_CODES_TOPIC) return exitCodeTable();
  const node = findNode(words, commands);
  if (node === undefined) {
    const near = nearest(topic, [EXIT_CODES_TOPIC, ...Object.keys(commands)]);
    throw new RatchetError("USAGE", `help: there is no topic "${topic}".`, {
      remedy: near === undefined ? "`ratchet help` lists the commands." : `Did you mean ${near}?`,
    });
  }
  return "commands" in node ? groupHelp(topic, node, "stdout") : commandHelp(await node.load());
}

function exitCodeTable(): string {
  const rows = EXIT_CODE_MEANINGS.map(([code, meaning]) => `${String(code).padStart(4)}  ${meaning}`);
  return `${["exit  meaning", ...rows].join("\n")}\n`;
}

/** The command or group that words lead to. */
function findNode(words: readonly string[], commands: CommandNodes): CommandNode | undefined {
  const [word, ...rest] = words;
  const node = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (node === undefined || rest.length === 0) return node;
  return "commands" in node ? findNode(rest, node.commands) : undefined;
}
