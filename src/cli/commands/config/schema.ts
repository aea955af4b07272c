import { configSchema } from "../../../config/describe.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";

/** `ratchet config schema`. */
export const CONFIG_SCHEMA = defineCommand({
  meta: {
    name: "config schema",
    description: "Print the JSON Schema of configuration files",
    details: ["Editors check and complete configuration files with it."],
    examples: [["ratchet config schema > ratchet.schema.json", "for an editor"]],
  },
  args: {},
  async run() {
    writeStdout(`${JSON.stringify(configSchema(), null, 2)}\n`);
    return EXIT.done;
  },
});
