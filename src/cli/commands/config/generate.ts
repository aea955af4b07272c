import { configExample } from "../../../config/describe.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";

/** `ratchet config generate`. */
export const CONFIG_GENERATE = defineCommand({
  meta: {
    name: "config generate",
    description: "Print a configuration file with every key and its default",
    details: ["Prints YAML with every key, its default, its meaning and its environment variable."],
    examples: [["ratchet config generate > ratchet.yaml", "a file to start from"]],
  },
  args: {},
  async run() {
    writeStdout(configExample());
    return EXIT.done;
  },
});
