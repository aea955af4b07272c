import { defineCommand } from "../../framework/command.ts";
import { taskPath } from "../../framework/task-paths.ts";
import { TEST_OPTIONS } from "./options.ts";

/** `ratchet test`. */
export const TEST = defineCommand({
  meta: {
    name: "test",
    description: "Run the tests of a task or a collection",
    details: [
      "Runs every tests/*.json in parallel and compares what the task returns (expected_output) or throws " +
        "(expected_error: the error's type, or part of its message). The test's mocks respond to HTTP calls; nothing " +
        "reaches the network. A .json file in tests/ that is not a test is reported; other files are ignored.",
      "The exit code is 1 if a test failed, and 3 if a file or a program is broken or no test ran.",
    ],
    examples: [
      ["ratchet test --from-fs tasks/addition", "all tests of a task"],
      ["ratchet test --from-fs tasks --filter weather", "some tests of a collection"],
      ["ratchet test --from-fs tasks --reporter junit > report.xml", "for continuous integration"],
    ],
  },
  args: TEST_OPTIONS,
  async run({ args, data }) {
    return (await import("./test-session.ts")).runTestSession(
      { ...args, "from-fs": taskPath("test", args.path, args["from-fs"]) },
      data,
    );
  },
});
