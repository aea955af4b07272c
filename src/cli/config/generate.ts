import { configExample } from "../../config/describe.ts";
import { defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";

/** `ratchet config generate`. */
export const CONFIG_GENERATE = defineCommand({
  name: "config generate",
  summary: "Print a configuration file with every key and its default",
  description: ["Prints YAML in which every key stands with its default, its meaning and its environment variable."],
  standalone: true,
  options: {},
  examples: [["ratchet config generate > ratchet.yaml", "a file to start from"]],
  async run() {
    writeStdout(configExample());
    return EXIT.done;
  },
});
