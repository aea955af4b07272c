import { defineCommand } from "../../framework/command.ts";
import { RUN_OPTIONS } from "../run/options.ts";

/** `ratchet watch`. */
export const WATCH = defineCommand({
  meta: {
    name: "watch",
    description: "Run a task, and again whenever its files change",
    details: [
      "Takes the same options as `ratchet run`, before and after the path. A run that is under way when a file changes is " +
        "ended. It goes on until it is interrupted.",
    ],
    examples: [
      ["ratchet watch hello.ts --name Ada", "a single file, and what it imports"],
      ["ratchet watch -i @input.json tasks/addition", "a task"],
    ],
  },
  args: RUN_OPTIONS,
  async run({ args, data }) {
    return (await import("./watch-runs.ts")).watchRuns(args, data);
  },
});
