import type { CompletionCommand, CompletionOption } from "./completion-commands.ts";

/** The completion script for fish. */
export function fishScript(commands: readonly CompletionCommand[]): string {
  const known = commands.filter(({ path }) => path.length > 0).map(({ path }) => quote(path.join(" ")));
  return `# fish completion for ratchet
function __ratchet_command
    set -l command
    for word in (commandline -opc)[2..-1]
        if contains -- (string join ' ' $command $word) ${known.join(" ")}
            set -a command $word
        end
    end
    string join ' ' $command
end
function __ratchet_is
    set -l command (__ratchet_command)
    test "$command" = "$argv"
end
function __ratchet_task_options
    ratchet completions task (commandline -opc)[3..-1] 2>/dev/null
end
complete -c ratchet -f
${commands.flatMap(commandLines).join("\n")}
`;
}

function commandLines(command: CompletionCommand): string[] {
  const start = `complete -c ratchet -n ${quote(`__ratchet_is ${command.path.join(" ")}`.trim())}`;
  return [
    ...command.children.map(({ name, summary }) => `${start} -a ${quote(name)} -d ${quote(summary)}`),
    ...(command.words.choices.length === 0 ? [] : [`${start} -a ${quote(command.words.choices.join(" "))}`]),
    ...(command.runsTask ? [`${start} -a '(__ratchet_task_options)'`] : []),
    ...(command.words.complete === undefined ? [] : [`${start} -F`]),
    ...command.options.map((option) => `${start} ${optionArguments(option)}`),
  ];
}

function optionArguments({ flag, short, description, value }: CompletionOption): string {
  const named = `${short === undefined ? "" : `-s ${short} `}-l ${flag.slice(2)} -d ${quote(description)}`;
  if (value === undefined) return named;
  if (value.choices.length > 0) return `${named} -x -a ${quote(value.choices.join(" "))}`;
  if (value.complete === "file") return `${named} -r -F`;
  if (value.complete === "folder") return `${named} -x -a '(__fish_complete_directories)'`;
  return `${named} -x`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
