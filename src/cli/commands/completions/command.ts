import { type CommandDefinition, defineCommand, type GroupDefinition } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { bashScript } from "./bash.ts";
import { completionCommands } from "./completion-commands.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** The word in place of a shell that asks for the options of a task. */
const TASK = "task";

/** `ratchet completions`: a script for a shell, made from the definitions of all commands. */
export function completionsCommand(root: GroupDefinition): CommandDefinition {
  return defineCommand({
    meta: {
      name: "completions",
      description: "Print a completion script for a shell",
      details: [
        "Prints a script that lets a shell complete commands, options and their values, and the options of a task behind " +
          "its path.",
        "The scripts themselves call `ratchet completions task WORDS`, with the words behind `ratchet run`: it prints the " +
          "options of the task among them.",
      ],
      examples: [
        ["source <(ratchet completions bash)", "bash, for this session; put it into ~/.bashrc"],
        ["ratchet completions zsh > ~/.zfunc/_ratchet", "zsh, when ~/.zfunc is in $fpath before compinit"],
        ["ratchet completions fish > ~/.config/fish/completions/ratchet.fish", "fish"],
        ["ratchet completions powershell | Out-String | Invoke-Expression", "PowerShell; put it into $PROFILE"],
      ],
    },
    args: {
      shell: {
        type: "positional",
        description: "The shell.",
        form: { type: "choice", choices: [...Object.keys(SCRIPTS), TASK] },
        required: true,
      },
      words: {
        type: "positional",
        description: `Only for ${TASK}: the words of the command line.`,
        rest: true,
        multiple: true,
        required: false,
      },
    },
    async run({ args }) {
      if (args.shell === TASK) {
        writeStdout(await (await import("./task-options.ts")).taskOptionLines(args.words));
        return EXIT.done;
      }
      const shell = args.shell as keyof typeof SCRIPTS;
      writeStdout(SCRIPTS[shell](await completionCommands(root)));
      return EXIT.done;
    },
  });
}
