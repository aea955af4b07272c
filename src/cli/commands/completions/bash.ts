import type { CompletionCommand } from "./completion-commands.ts";

/** The completion script for bash 3.2 and later. */
export function bashScript(commands: readonly CompletionCommand[]): string {
  const known = commands.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(" ")}"`);
  return `# bash completion for ratchet
${TASK_FUNCTION}_ratchet() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="" command="" word index
  [ "$COMP_CWORD" -gt 0 ] && before="\${COMP_WORDS[COMP_CWORD-1]}"
  # bash splits --name=value at the equals sign
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$before" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then
    before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${command:+$command }\${COMP_WORDS[index]}"
    case "$word" in
      ${known.join("|")}) command="$word" ;;
    esac
  done
  COMPREPLY=()
  case "$command $before" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case "$command" in
${commands.map(wordCase).join("\n")}
  esac
}
complete -F _ratchet ratchet
`;
}

function valueCases(command: CompletionCommand): string[] {
  const path = command.path.join(" ");
  return command.options.flatMap(({ flag, short, value }) => {
    if (value === undefined) return [];
    const pattern = [flag, ...(short === undefined ? [] : [`-${short}`])].map((one) => `"${path} ${one}"`).join("|");
    return [`    ${pattern})\n      ${completeWith(value.choices, value.complete)}\n      return ;;`];
  });
}

function wordCase(command: CompletionCommand): string {
  const flags = command.options.map(({ flag }) => flag).join(" ");
  const choices = [...command.children.map(({ name }) => name), ...command.words.choices];
  return `    "${command.path.join(" ")}")
${command.runsTask ? TASK_OPTIONS : ""}      case "$current" in
        -*) COMPREPLY=($(compgen -W "${flags}" -- "$current")) ;;
        *) ${completeWith(choices, command.words.complete)} ;;
      esac ;;`;
}

/** Behind the path of a task, its own options are offered. */
const TASK_OPTIONS = `      if _ratchet_task "$current"; then return; fi
`;

/**
 * Words come to the function as they are written, with quotes. What the task's schema says is only compared: \`compgen -W\`
 * would run a command in it.
 */
const TASK_FUNCTION = `_ratchet_task() {
  local offers offer words=() word
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    case "$word" in "~/"*) word="$HOME/\${word#"~/"}" ;; esac
    word="\${word//\\\\/}"; word="\${word//\\"/}"; words+=("\${word//\\'/}")
  done
  offers="$("\${COMP_WORDS[0]}" completions task "\${words[@]}" 2>/dev/null)" || return 1
  if [ -z "$offers" ]; then
    local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$1"))
    return
  fi
  while IFS=$'\\t' read -r offer _; do
    case "$offer" in "$1"*) COMPREPLY+=("$offer") ;; esac
  done <<< "$offers"
}
`;

function completeWith(choices: readonly string[], files: "file" | "folder" | undefined): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current"))`;
  if (files === undefined) return ":";
  const kind = files === "file" ? "-f" : "-d";
  return `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${kind} -- "$current"))`;
}
