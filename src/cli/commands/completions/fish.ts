import type { CompletionCommand, CompletionOption } from "./completion-commands.ts";

/** The completion script for fish. */
export function fishScript(commands: readonly CompletionCommand[]): string {
  const known = commands.filter(({ path }) => path.length > 0).map(({ path }) => quote(path.join(" ")));
  return `# fish completion for ratchet
function __ratchet_command
    set -l command
    for word in (commandline -opc)[2..-1]
        if contains -- (string join -- ' ' $command $word) ${known.join(" ")}
            set -a command $word
        end
    end
    string join -- ' ' $command
end
function __ratchet_is
    set -l command (__ratchet_command)
    test "$command" = "$argv"
end
# Asks for the options of a task once for a command line, and succeeds behind the path of one
function __ratchet_task
    set -l words (commandline -opc)[3..-1]
    set -l line (string join -- ' ' (string escape -- $words))
    if not set -q __ratchet_line; or test "$__ratchet_line" != "$line"
        set -g __ratchet_offers (ratchet completions task $words 2>/dev/null)
        set -g __ratchet_status $status
        set -g __ratchet_line "$line"
    end
    return $__ratchet_status
end
complete -c ratchet -f
${commands.flatMap(commandLines).join("\n")}
`;
}

function commandLines(command: CompletionCommand): string[] {
  const is = `__ratchet_is ${command.path.join(" ")}`.trim();
  const start = `complete -c ratchet -n ${quote(command.runsTask ? `${is}; and not __ratchet_task` : is)}`;
  const task = `complete -c ratchet -n ${quote(`${is}; and __ratchet_task`)}`;
  return [
    ...command.children.map(({ name, summary }) => `${start} -a ${quote(name)} -d ${quote(summary)}`),
    ...(command.words.choices.length === 0 ? [] : [`${start} -a ${quote(command.words.choices.join(" "))}`]),
    ...(command.runsTask
      ? [
          `${task} -a '(string join -- \\n $__ratchet_offers)'`,
          `complete -c ratchet -n ${quote(`${is}; and __ratchet_task; and test -z "$__ratchet_offers"`)} -F`,
        ]
      : []),
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
