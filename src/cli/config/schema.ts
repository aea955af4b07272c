import { configSchema } from "../../config/describe.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";

/** `ratchet config schema`. */
export const CONFIG_SCHEMA = defineCommand({
  name: "config schema",
  summary: "Print the JSON Schema of configuration files",
  description: ["Editors check and complete configuration files with it."],
  standalone: true,
  options: {},
  examples: [["ratchet config schema > ratchet.schema.json", "for an editor"]],
  async run() {
    writeStdout(`${JSON.stringify(configSchema(), null, 2)}\n`);
    return EXIT.done;
  },
});
