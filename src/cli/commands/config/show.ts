import { configKeys } from "../../../config/keys.ts";
import { formatValue } from "../../../config/value-form.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { originText } from "../../framework/config-origin.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";

/** `ratchet config show`. */
export const CONFIG_SHOW = defineCommand({
  meta: {
    name: "config show",
    description: "Print the effective configuration, and where each value came from",
    details: ["Lists every key with its value and its source: default, a file and line, or an environment variable."],
    examples: [
      ["ratchet config show", "what holds in this folder"],
      ["ratchet config show --no-config", "without configuration files"],
      ["ratchet config show --profile production", "with a profile of the file"],
    ],
  },
  args: {
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args, data }) {
    const { values, origins } = await data.config();
    const rows = configKeys().map(([key, { form }]) => {
      const value = values[key];
      return { key, value: value === undefined ? undefined : formatValue(form, value), origin: origins[key] };
    });
    if (args.json) {
      const shown = rows.map(({ key, value, origin }) => [key, { value: value ?? null, ...origin }]);
      writeStdout(`${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`);
      return EXIT.done;
    }
    const paint = painter("stdout");
    const width = Math.max(...rows.map(({ key }) => key.length));
    for (const { key, value, origin } of rows) {
      const shown = value === undefined ? paint("dim", "(not set)") : printable(value);
      writeStdout(`${paint("cyan", key.padEnd(width))}  ${shown}  ${paint("dim", `# ${originText(origin)}`)}\n`);
    }
    return EXIT.done;
  },
});
