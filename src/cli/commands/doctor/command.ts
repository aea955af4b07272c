import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";

/** `ratchet doctor`. */
export const DOCTOR = defineCommand({
  meta: {
    name: "doctor",
    description: "Check that Ratchet works here, and say what to do if it doesn't",
    details: [
      "Checks the sandbox, the configuration, the folders that Ratchet writes to, the tasks of this folder, and everything that `serve` " +
        "reads at its start: the database and its schema, the key of its secrets, the files of passwords, tokens and certificates, the " +
        "sources of tasks. Asks the issuers of tokens for their keys, with 5 s each, and a running server for its version, its time, its " +
        "certificate, and whether it is ready. Checks the newest 10,000 entries of the audit log.",
      "Also names what is unsafe: files that others can read, a certificate that does not fit or expires, an address without TLS or " +
        "access control, proxies, origins and network rules that are too wide, a wrong clock, a full disk. Changes nothing. Exit code 0: " +
        "everything works, perhaps with warnings; 6: something is broken or unsafe.",
    ],
    examples: [
      ["ratchet doctor", "one line for each check"],
      ["ratchet doctor --config server.yaml", "examines the configuration of a server"],
      ["ratchet doctor --json", "for a bug report"],
    ],
  },
  args: { json: { type: "boolean", description: "Print JSON." }, ...CONFIG_OPTIONS },
  async run({ args, data }) {
    const { checkEverything } = await import("./checks.ts");
    const checks = await checkEverything(data);
    const failed = checks.some(({ state }) => state === "failed");
    if (args.json) writeStdout(`${JSON.stringify({ healthy: !failed, checks })}\n`);
    else {
      const paint = painter("stdout");
      const colours = { ok: "green", note: "dim", warning: "yellow", failed: "red" } as const;
      for (const { name, state, text, remedy } of checks) {
        writeStdout(`${paint(colours[state], state.padEnd(7))}  ${name.padEnd(13)}  ${printable(text)}\n`);
        if (remedy !== undefined) writeStdout(`         ${paint("cyan", "hint:")} ${printable(remedy)}\n`);
      }
    }
    return failed ? EXIT.environment : EXIT.done;
  },
});
