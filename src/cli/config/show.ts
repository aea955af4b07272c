import { configKeys } from "../../config/keys.ts";
import type { ConfigOrigin } from "../../config/load.ts";
import { formatValue } from "../../config/value-form.ts";
import { CONFIG_OPTIONS, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { painter, printable, writeStdout } from "../output.ts";

/** `ratchet config show`. */
export const CONFIG_SHOW = defineCommand({
  name: "config show",
  summary: "Print the configuration in force, and where each value came from",
  description: ["Lists every key with its value and its source: default, a file and line, or an environment variable."],
  options: { ...CONFIG_OPTIONS, json: { description: "Print JSON." } },
  examples: [
    ["ratchet config show", "what holds in this folder"],
    ["ratchet config show --no-config", "without configuration files"],
    ["ratchet config show --profile production", "with a profile of the file"],
  ],
  async run(options, context) {
    const { values, origins } = await context.config();
    const rows = configKeys().map(([key, { form }]) => {
      const value = values[key];
      return { key, value: value === undefined ? undefined : formatValue(form, value), origin: origins[key] };
    });
    if (options.json) {
      const shown = rows.map(({ key, value, origin }) => [key, { value: value ?? null, ...origin }]);
      writeStdout(`${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`);
      return EXIT.done;
    }
    const paint = painter("stdout");
    const width = Math.max(...rows.map(({ key }) => key.length));
    for (const { key, value, origin } of rows) {
      const shown = value === undefined ? paint("dim", "(not set)") : printable(value);
      writeStdout(`${paint("cyan", key.padEnd(width))}  ${shown}  ${paint("dim", `# ${sourceText(origin)}`)}\n`);
    }
    return EXIT.done;
  },
});

function sourceText(origin: ConfigOrigin): string {
  switch (origin.from) {
    case "default":
      return "default";
    case "file":
      return `${printable(origin.path)}:${origin.line}${origin.profile === undefined ? "" : ` (profile ${origin.profile})`}`;
    case "environment":
      return origin.variable;
  }
}
