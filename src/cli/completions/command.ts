import { type CommandDefinition, type CommandNodes, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";
import { bashScript } from "./bash.ts";
import { completionCommands } from "./completion-commands.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };

/** `ratchet completions`: a script for a shell, made from the definitions of all commands. */
export function completionsCommand(commands: CommandNodes): CommandDefinition {
  return defineCommand({
    name: "completions",
    summary: "Print a completion script for a shell",
    description: ["Prints a script that teaches a shell to complete commands, options and their values."],
    positionals: [
      {
        name: "SHELL",
        description: "The shell.",
        form: { type: "choice", choices: Object.keys(SCRIPTS) },
        required: true,
      },
    ],
    standalone: true,
    options: {},
    examples: [
      ["source <(ratchet completions bash)", "bash, for this session; put it into ~/.bashrc"],
      ["ratchet completions zsh > ~/.zfunc/_ratchet", "zsh, when ~/.zfunc is in $fpath before compinit"],
      ["ratchet completions fish > ~/.config/fish/completions/ratchet.fish", "fish"],
      ["ratchet completions powershell | Out-String | Invoke-Expression", "PowerShell; put it into $PROFILE"],
    ],
    async run(_options, { words }) {
      const shell = words[0] as keyof typeof SCRIPTS;
      writeStdout(SCRIPTS[shell](await completionCommands(commands)));
      return EXIT.done;
    },
  });
}
