import { RatchetError } from "../../../domain/errors.ts";
import { nearest } from "../../../lib/nearest.ts";
import {
  type CommandDefinition,
  defineCommand,
  type GroupDefinition,
  type LazyCommand,
} from "../../framework/command.ts";
import { EXIT, EXIT_CODE_MEANINGS } from "../../framework/exit-codes.ts";
import { subCommand } from "../../framework/find-command.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { commandHelp, groupHelp, rootHelp } from "../../framework/usage.ts";
import { terminalPage } from "./terminal-page.ts";
import { TOPICS } from "./topics.ts";

const EXIT_CODES_TOPIC = "exit-codes";

/** `ratchet help`: about a command, a group of commands, or the exit codes. */
export function helpCommand(root: GroupDefinition): CommandDefinition {
  return defineCommand({
    meta: {
      name: "help",
      description: "Print help for a command or a topic",
      details: [
        "Without a topic, prints the list of commands. `exit-codes` prints what each exit code means. Everything is in the " +
          "executable itself:",
        ...Object.entries(TOPICS).map(([name, { summary }]) => `${name}: ${summary}.`),
      ],
      examples: [
        ["ratchet help run-once", "the same as ratchet run-once --help"],
        ["ratchet help tasks", "how to write a task"],
        ["ratchet help exit-codes", "the table of exit codes"],
      ],
    },
    args: {
      topic: {
        type: "positional",
        description: `A command such as run-once, or ${[...Object.keys(TOPICS), EXIT_CODES_TOPIC].join(", ")}.`,
        multiple: true,
        required: false,
      },
    },
    async run({ args }) {
      writeStdout(await helpAbout(args.topic, root));
      return EXIT.done;
    },
  });
}

async function helpAbout(words: readonly string[], root: GroupDefinition): Promise<string> {
  if (words.length === 0) return rootHelp(root, "stdout");
  const topic = words.join(" ");
  if (topic === EXIT_CODES_TOPIC) return exitCodeTable();
  const found = findTopic(words, root);
  const page = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  if (page !== undefined) {
    return withOwnCommand(topic, terminalPage(await page.text(), painter("stdout")), found);
  }
  if (found === undefined) {
    const near = nearest(topic, [EXIT_CODES_TOPIC, ...Object.keys(TOPICS), ...Object.keys(root.subCommands)]);
    throw new RatchetError("USAGE", `help: there is no topic "${topic}".`, {
      remedy:
        near === undefined
          ? `Topics: ${Object.keys(TOPICS).join(", ")}; \`ratchet help\` lists the commands.`
          : `Did you mean ${near}?`,
    });
  }
  return typeof found === "function" ? commandHelp(await found()) : groupHelp(found, "stdout");
}

/** `tasks` is a topic, and also a group of commands. */
function withOwnCommand(topic: string, text: string, found: LazyCommand | GroupDefinition | undefined): string {
  if (found === undefined) return text;
  return `${text}\nThere are also commands of this name: \`ratchet ${topic} --help\`.\n`;
}

function exitCodeTable(): string {
  const rows = EXIT_CODE_MEANINGS.map(([code, meaning]) => `${String(code).padStart(4)}  ${meaning}`);
  return `${["exit  meaning", ...rows].join("\n")}\n`;
}

/** The command or group that words lead to. */
function findTopic(words: readonly string[], group: GroupDefinition): LazyCommand | GroupDefinition | undefined {
  const [word = "", ...rest] = words;
  const found = subCommand(group, word);
  if (found === undefined || rest.length === 0) return found;
  return typeof found === "function" ? undefined : findTopic(rest, found);
}
