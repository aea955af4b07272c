import { buildInfo } from "../lib/build-info.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { writeStdout } from "./output.ts";

/** `ratchet version`, also reached by `ratchet --version`. */
export const VERSION = defineCommand({
  name: "version",
  summary: "Print the version",
  description: ["Prints the version; with --json also the commit and the date it was built from."],
  standalone: true,
  options: { json: { description: "Print JSON." } },
  examples: [
    ["ratchet --version", "the version alone"],
    ["ratchet --version --json", 'prints {"version","commit","buildDate","bun","platform"}'],
  ],
  async run(options) {
    const info = buildInfo();
    const { platform, arch } = process;
    const details = { ...info, bun: Bun.version, platform: `${platform}-${arch}` };
    writeStdout(options.json ? `${JSON.stringify(details)}\n` : `${info.version}\n`);
    return EXIT.done;
  },
});
