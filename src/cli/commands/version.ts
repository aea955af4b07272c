import { buildInfo } from "../../lib/build-info.ts";
import { defineCommand } from "../framework/command.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { writeStdout } from "../framework/output.ts";

/** `ratchet version`, also reached by `ratchet --version`. */
export const VERSION = defineCommand({
  meta: {
    name: "version",
    description: "Print the version",
    details: ["Prints the version; with --json also the commit and date of the build."],
    examples: [
      ["ratchet --version", "the version alone"],
      ["ratchet --version --json", 'prints {"version","commit","buildDate","bun","platform"}'],
    ],
  },
  args: {
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args }) {
    const info = buildInfo();
    const { platform, arch } = process;
    const details = { ...info, bun: Bun.version, platform: `${platform}-${arch}` };
    writeStdout(args.json ? `${JSON.stringify(details)}\n` : `${info.version}\n`);
    return EXIT.done;
  },
});
