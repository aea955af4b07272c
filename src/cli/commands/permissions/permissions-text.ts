import { originText } from "../../framework/config-origin.ts";
import { type Paint, printable } from "../../framework/output.ts";
import type { Effect } from "./effect.ts";
import type { EffectivePermissions, ShownRule, Source } from "./effective-permissions.ts";

/** Formats what a task may do for people. */
export function peopleText({ task, net, secrets, tasks, configuration }: EffectivePermissions, paint: Paint): string {
  const entry = (text: string, from: string) => `  ${printable(text)}  ${paint("dim", `# ${printable(from)}`)}`;
  const { "execution.network": scope, "http.allow": allow, "http.deny": deny } = configuration;
  const { server, commands } = scope.value;
  const lines = [
    `${paint("cyan", printable(task.label))} ${printable(`${task.version} (${task.path})`)}`,
    "",
    "may call",
    ...(net.length === 0 ? ["  nothing: its list of rules is empty"] : net.flatMap((rule) => ruleLines(rule, entry))),
    "",
    "gets the secrets",
    ...secrets.map(({ name, hosts, from }) =>
      entry(hosts === null ? name : `${name}, only in requests to ${hosts.join(", ") || "no host"}`, sourceText(from)),
    ),
    ...(secrets.length === 0 ? ["  none: it declares none in permissions.secrets"] : []),
    "",
    "may call the tasks",
    ...tasks.map(({ label, from }) => entry(label, sourceText(from))),
    ...(tasks.length === 0 ? ["  none: it declares none in permissions.tasks"] : []),
    "",
    "by the configuration",
    entry(
      server === commands
        ? `execution.network: ${server}`
        : `execution.network: ${server} on a server, ${commands} in commands`,
      originText(scope.from),
    ),
    entry(`http.allow: ${listText(allow.value)}`, originText(allow.from)),
    entry(`http.deny: ${listText(deny.value)}`, originText(deny.from)),
  ];
  return `${lines.join("\n")}\n`;
}

function ruleLines(
  { rule, from, server, commands }: ShownRule,
  entry: (text: string, from: string) => string,
): string[] {
  const head =
    from === null ? entry("everything", "no permissions.net or permissions.hosts") : entry(rule, sourceText(from));
  const same = effectText(server) === effectText(commands);
  if (same) return [head, `    ${effectText(server)}`];
  return [head, `    on a server: ${effectText(server)}`, `    in commands: ${effectText(commands)}`];
}

function effectText({ effect, because }: Effect): string {
  return because === null ? effect : printable(`${effect}: ${because}`);
}

function sourceText({ setting, file, line }: Source): string {
  return `${setting}, ${file}${line === null ? "" : `:${line}`}`;
}

function listText(rules: readonly string[]): string {
  return rules.length === 0 ? "(empty)" : rules.join(", ");
}
