import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeAll, writeStdout } from "../../framework/output.ts";
import { openOutputFile, unwritable } from "../../framework/output-file.ts";
import { readTextFile } from "../run-once/input.ts";

/** `ratchet task sign`. */
export const TASK_SIGN = defineCommand({
  meta: {
    name: "task sign",
    description: "Sign a task, or all tasks of a collection",
    details: [
      "Writes signature.json into the task's folder or archive, or next to a single file (hello.ts.signature.json). It covers every file " +
        "of the task by path and content, and for a single file all that it imports. Files for editors and hidden files are no part of a task. " +
        "Sign last: any later change makes the signature invalid. Other signers' signatures of the same files are kept.",
    ],
    examples: [
      ["ratchet task sign tasks/addition --key release.key", "one task; `ratchet pack` keeps the signature"],
      ["ratchet task sign tasks --key release.key", "all tasks of a collection"],
    ],
  },
  args: {
    path: {
      type: "positional",
      complete: "file",
      description: "The task or the collection: a folder, a .zip, or a .js or .ts file.",
    },
    key: {
      type: "string",
      valueHint: "FILE",
      required: true,
      complete: "file",
      description: "The private key that `ratchet task keygen` wrote.",
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args: { path, key, json } }) {
    const [{ readPrivateKey, publicTextOf }, { signPlace }] = await Promise.all([
      import("../../../task/signature/signing-keys.ts"),
      import("../../../task/signature/sign-place.ts"),
    ]);
    const privateKey = readPrivateKey(readTextFile(key), key);
    const signed = await signPlace(path, privateKey);
    const contents = new Map(signed.map((one) => [one.path, one.content]));
    for (const [file, content] of contents) writeWhole(file, content);
    const publicKey = publicTextOf(privateKey);
    if (json)
      writeStdout(
        `${JSON.stringify({ key: publicKey, tasks: signed.map(({ origin, path }) => ({ origin, file: path })) })}\n`,
      );
    else writeStdout(signed.map(({ origin }) => `${printable(origin)} signed by ${publicKey}\n`).join(""));
    return EXIT.done;
  },
});

function writeWhole(path: string, content: Uint8Array): void {
  const file = openOutputFile(path);
  try {
    writeAll(file.descriptor, content);
  } catch (error) {
    file.discard();
    throw unwritable(path, error);
  }
  file.commit();
}
