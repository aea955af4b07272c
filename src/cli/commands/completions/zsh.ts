import type { CompletionCommand, CompletionOption } from "./completion-commands.ts";

/** The completion script for zsh. */
export function zshScript(commands: readonly CompletionCommand[]): string {
  return `#compdef ratchet
# zsh completion for ratchet
${commands.map((command) => (command.children.length > 0 ? groupFunction(command) : commandFunction(command))).join("\n")}
if [ "$funcstack[1]" = "_ratchet" ]; then
  _ratchet "$@"
else
  compdef _ratchet ratchet
fi
`;
}

function groupFunction(command: CompletionCommand): string {
  const names = command.children.map(({ name, summary }) => quote(`${name}:${summary}`));
  const calls = command.children.map(({ name }) => `        ${name}) ${functionName([...command.path, name])} ;;`);
  return `${functionName(command.path)}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${command.options
  .flatMap(optionSpecs)
  .map((spec) => `    ${spec} \\`)
  .join("\n")}
    '1: :->command' \\
    '*:: :->rest'
  case "$state" in
    command)
      local -a commands
      commands=(${names.join(" ")})
      _describe -t commands 'command' commands ;;
    rest)
      case "$line[1]" in
${calls.join("\n")}
      esac ;;
  esac
}`;
}

function commandFunction(command: CompletionCommand): string {
  const { choices, complete } = command.words;
  const specs = command.options.flatMap(optionSpecs);
  if (choices.length > 0 || complete !== undefined) specs.push(quote(`*:word:${action(choices, complete)}`));
  return `${functionName(command.path)}() {
${command.runsTask ? TASK_OPTIONS : ""}  _arguments \\
    ${specs.join(" \\\n    ")}
}`;
}

/** Behind the path of a task, its own options are offered. */
const TASK_OPTIONS = `  local offers
  if offers="$(ratchet completions task "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)"; then
    if [[ -z "$offers" ]]; then
      _files
    else
      compadd -- \${\${(f)offers}%%$'\\t'*}
    fi
    return
  fi
`;

function optionSpecs(option: CompletionOption): string[] {
  const { short } = option;
  return [optionSpec(option), ...(short === undefined ? [] : [optionSpec({ ...option, flag: `-${short}` })])];
}

function optionSpec({ flag, description, multiple, value }: CompletionOption): string {
  const explained = description.replace(/[[\]:\\]/g, "\\$&");
  const start = `${multiple ? "*" : ""}${flag}`;
  if (value === undefined) return quote(`${start}[${explained}]`);
  return quote(
    `${start}${flag.startsWith("--") ? "=" : "+"}[${explained}]:${value.name}:${action(value.choices, value.complete)}`,
  );
}

function action(choices: readonly string[], complete: "file" | "folder" | undefined): string {
  if (choices.length > 0) return `(${choices.join(" ")})`;
  if (complete === undefined) return " ";
  return complete === "file" ? "_files" : "_files -/";
}

function functionName(path: readonly string[]): string {
  return ["_ratchet", ...path].join("_").replaceAll("-", "_");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
