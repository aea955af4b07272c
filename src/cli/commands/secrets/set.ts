import { RatchetError } from "../../../domain/errors.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";

/** `ratchet secrets set`. */
export const SECRETS_SET = defineCommand({
  meta: {
    name: "secrets set",
    description: "Store a secret, or replace its value",
    details: [
      "The value comes from standard input, without its last line feed, or from a prompt that does not show it. It is never an " +
        "argument, because other users of the machine can see those.",
      "The value is encrypted in the database of the configuration. A running server uses it at once. The key is that of " +
        "RATCHET_SECRETS_KEY or secrets.key_file; without both, it is generated next to the database.",
    ],
    examples: [
      ["ratchet secrets set API_TOKEN", "ask for the value"],
      ["ratchet secrets set TLS_KEY < key.pem", "take it from a file"],
    ],
  },
  args: {
    name: { type: "positional", description: "Name of the secret, as tasks declare it." },
    // Taken only to be rejected without being repeated in a message.
    value: { type: "positional", description: "Not accepted.", required: false, multiple: true },
    ...DATABASE_OPTIONS,
  },
  otherOptions: { value: "Pass the value on standard input." },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { name } = args;
    if (args.value.length > 0 || name.includes("=")) throw valueAsArgument();
    const { checkName } = await import("../../../service/secrets/secret-service.ts");
    checkName(name);
    const { readSecretValue } = await import("./read-value.ts");
    const value = await readSecretValue(name);
    const { withStoredSecrets } = await import("./stored-secrets.ts");
    const { created, database } = await withStoredSecrets(
      args.database,
      data,
      async ({ service, database, change }) => ({
        ...(await change("putSecret", `secrets/${name}`, () => service.put(name, value, ""))),
        database,
      }),
    );
    const { printable, writeStdout } = await import("../../framework/output.ts");
    if (args.json) writeStdout(`${JSON.stringify({ name, created })}\n`);
    else writeStdout(`${created ? "stored" : "replaced"} ${name} in ${printable(database)}\n`);
    return EXIT.done;
  },
});

function valueAsArgument(): RatchetError {
  return new RatchetError("USAGE", "secrets set: the value of a secret can't be an argument.", {
    remedy: "Pass it on standard input, or let the command ask for it: other users of the machine can see arguments.",
  });
}
