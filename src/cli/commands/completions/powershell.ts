import type { CompletionCommand, CompletionOption } from "./completion-commands.ts";

/** The completion script for PowerShell 5 and later. */
export function powershellScript(commands: readonly CompletionCommand[]): string {
  return `# PowerShell completion for ratchet
Register-ArgumentCompleter -Native -CommandName ratchet -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @{
${commands.map(entry).join("\n")}
  }
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '' -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
  $path = ''
  foreach ($word in $words) {
    $longer = ($path + ' ' + $word).Trim()
    if ($commands.ContainsKey($longer)) { $path = $longer }
  }
  $found = $commands[$path]
  $before = if ($words.Count -gt 0) { $words[-1] } else { '' }
  $own = $null
  if ($found.runsTask -and $words.Count -gt 1) {
    $lines = @(& ratchet completions task @($words | Select-Object -Skip 1) 2>$null)
    if ($LASTEXITCODE -eq 0) {
      $own = @($lines | ForEach-Object {
        $text, $tip = $_ -split "\`t", 2
        @{ text = $text; tip = if ($tip) { $tip } else { $text } }
      })
    }
  }
  if ($null -ne $own) {
    $offers = $own
  } elseif ($found.arguments.ContainsKey($before)) {
    # Nothing to offer means a file name, which PowerShell completes by itself.
    $offers = $found.arguments[$before]
  } elseif ($wordToComplete.StartsWith('-')) {
    $offers = $found.options
  } else {
    $offers = $found.words
  }
  $offers | Where-Object { $_.text -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.text, $_.text, 'ParameterValue', $_.tip)
  }
}
`;
}

function entry(command: CompletionCommand): string {
  const options = command.options.flatMap(({ flag, short, description }) => [
    pair(flag, description),
    ...(short === undefined ? [] : [pair(`-${short}`, description)]),
  ]);
  const words = [
    ...command.children.map(({ name, summary }) => pair(name, summary)),
    ...command.words.choices.map((choice) => pair(choice, choice)),
  ];
  return `    ${quote(command.path.join(" "))} = @{
      runsTask = $${command.runsTask}
      options = @(${options.join(", ")})
      words = @(${words.join(", ")})
      arguments = @{ ${command.options.flatMap(argumentsOf).join("; ")} }
    }`;
}

function argumentsOf({ flag, short, value }: CompletionOption): string[] {
  if (value === undefined) return [];
  const choices = value.choices.map((choice) => pair(choice, choice)).join(", ");
  return [flag, ...(short === undefined ? [] : [`-${short}`])].map((one) => `${quote(one)} = @(${choices})`);
}

function pair(text: string, tip: string): string {
  return `@{ text = ${quote(text)}; tip = ${quote(tip)} }`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
