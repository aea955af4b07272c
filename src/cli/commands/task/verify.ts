import { RatchetError } from "../../../domain/errors.ts";
import type { Problem } from "../../../domain/problem.ts";
import { isPublicKey } from "../../../domain/public-key.ts";
import { problemsOf } from "../../../task/failure.ts";
import { verifyTask } from "../../../task/signature/verify.ts";
import { membersOf, openPlace } from "../../../task/task-place.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { readTextFile } from "../run-once/input.ts";

/** `ratchet task verify`. */
export const TASK_VERIFY = defineCommand({
  meta: {
    name: "task verify",
    description: "Check that trusted keys have signed a task, or all tasks of a collection",
    details: [
      "The trusted keys are those of --key, or else of registry.trusted_keys in the configuration. Exit code 3: a task has no valid " +
        "signature by one of them, or was changed after it was signed.",
    ],
    examples: [["ratchet task verify addition-1.0.0.zip --key release.key.pub", "an archive before it is used"]],
  },
  args: {
    path: {
      type: "positional",
      complete: "file",
      description: "The task or the collection: a folder, a .zip, or a .js or .ts file.",
    },
    key: {
      type: "string",
      valueHint: "KEY",
      multiple: true,
      complete: "file",
      description: "A trusted public key (ed25519:...), or a file that has it. Can be repeated.",
    },
    json: { type: "boolean", description: "Print JSON." },
    ...CONFIG_OPTIONS,
  },
  async run({ args: { path, key, json }, data }) {
    const { values } = await data.config();
    const trusted = key.length > 0 ? key.map(publicKey) : (values["registry.trusted_keys"] ?? []);
    if (trusted.length === 0) {
      throw new RatchetError("USAGE", "task verify: no key is trusted.", {
        remedy: "Pass the signer's public key with --key, or set registry.trusted_keys.",
      });
    }
    const verified: { origin: string; keys: string[] }[] = [];
    const problems: Problem[] = [];
    for (const { origin, open } of membersOf(await openPlace(path))) {
      try {
        verified.push({ origin, keys: await verifyTask(await open(), trusted) });
      } catch (error) {
        problems.push(...problemsOf(origin, error));
      }
    }
    const [first] = problems;
    if (first !== undefined) {
      const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
      const { remedy } = first;
      throw new RatchetError("TASK_INVALID", `${first.file}: ${first.message}${more}`, { problems, remedy });
    }
    if (json) writeStdout(`${JSON.stringify({ tasks: verified })}\n`);
    else
      writeStdout(verified.map(({ origin, keys }) => `${printable(origin)} signed by ${keys.join(", ")}\n`).join(""));
    return EXIT.done;
  },
});

function publicKey(given: string): string {
  if (isPublicKey(given)) return given;
  const text = readTextFile(given).trim();
  if (isPublicKey(text)) return text;
  throw new RatchetError("INPUT_UNREADABLE", `${given} is not a public key, and no file that has one.`, {
    remedy: "Pass what `ratchet task keygen` printed, or the file ending in .pub that it wrote.",
  });
}
