import { type CommandDefinition, defineCommand, type GroupDefinition } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { bashScript } from "./bash.ts";
import { completionCommands } from "./completion-commands.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** `ratchet completions`: a script for a shell, made from the definitions of all commands. */
export function completionsCommand(root: GroupDefinition): CommandDefinition {
  return defineCommand({
    meta: {
      name: "completions",
      description: "Print a completion script for a shell",
      details: ["Prints a script that lets a shell complete commands, options and their values."],
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
        form: { type: "choice", choices: Object.keys(SCRIPTS) },
        required: true,
      },
    },
    async run({ args }) {
      const shell = args.shell as keyof typeof SCRIPTS;
      writeStdout(SCRIPTS[shell](await completionCommands(root)));
      return EXIT.done;
    },
  });
}
