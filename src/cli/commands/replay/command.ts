import { defineCommand } from "../../framework/command.ts";
import { REPLAY_OPTIONS } from "./options.ts";

/** `ratchet replay`. */
export const REPLAY = defineCommand({
  meta: {
    name: "replay",
    description: "Replay a recorded run and compare the results",
    details: [
      "Runs the task with the recorded input, clock, randomness and HTTP responses, without network access, and compares " +
        "its result and requests with the recorded ones. Exit code 0: equal; 1: different.",
      "Secrets in the recording are masked, and the comparison uses the masked form.",
    ],
    examples: [
      [
        "ratchet replay tasks/weather --recording runs/ratchet_session_20261122_215451",
        "does the task still do what it did?",
      ],
      [
        "ratchet replay tasks/weather --recording ratchet_session_20261122_215451.zip",
        "the same with a recording that was downloaded from a server",
      ],
    ],
  },
  args: REPLAY_OPTIONS,
  async run({ args, data }) {
    return (await import("./replay-run.ts")).runReplay(args, data);
  },
});
