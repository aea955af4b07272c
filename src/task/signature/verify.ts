import { verify } from "node:crypto";
import { RatchetError } from "../../domain/errors.ts";
import type { TaskFiles } from "../task-files.ts";
import { parseSignature, type TaskSignature } from "./signature-file.ts";
import { filesToSign, SIGNATURE_FILE, type SignedFiles, signedBytes } from "./signed-files.ts";
import { readPublicKey } from "./signing-keys.ts";

/** How many files a message names. */
const MOST_NAMED = 5;

/**
 * Checks that a trusted key has signed a task as it is.
 * @returns the trusted keys that have
 * @throws {RatchetError} TASK_INVALID that says what is wrong; TASK_UNREADABLE
 */
export async function verifyTask(files: TaskFiles, trustedKeys: readonly string[]): Promise<string[]> {
  const bytes = await files.read(SIGNATURE_FILE);
  if (bytes === undefined) throw untrusted(files, "is not signed", `it has no ${SIGNATURE_FILE}`);
  const signature = parseSignature(bytes);
  if (signature === undefined) {
    throw untrusted(files, "has no valid signature", `${SIGNATURE_FILE} does not have the form of a signature`);
  }
  const difference = differenceOf(signature.files, await filesToSign(files));
  if (difference !== undefined) {
    throw untrusted(files, "was changed after it was signed", difference, CHANGED);
  }
  const valid = signature.signatures.filter((one) => isValid(one, signature));
  if (valid.length === 0) throw untrusted(files, "has no valid signature", "the signature does not fit the files");
  const trusted = valid.map(({ key }) => key).filter((key) => trustedKeys.includes(key));
  if (trusted.length > 0) return trusted;
  throw untrusted(files, "is not signed by a trusted key", `it is signed by ${valid.map(({ key }) => key).join(", ")}`);
}

function isValid({ key, signature }: TaskSignature["signatures"][number], { files }: TaskSignature): boolean {
  const publicKey = readPublicKey(key);
  try {
    return publicKey !== undefined && verify(null, signedBytes(files), publicKey, Buffer.from(signature, "base64"));
  } catch {
    // The bytes are not a point of the curve.
    return false;
  }
}

/** Says how the files differ from those that were signed; undefined if they do not. */
function differenceOf(signed: SignedFiles, present: SignedFiles): string | undefined {
  const has = (files: SignedFiles, path: string) => Object.hasOwn(files, path);
  const changed = Object.keys(present).filter((path) => has(signed, path) && signed[path] !== present[path]);
  const added = Object.keys(present).filter((path) => !has(signed, path));
  const missing = Object.keys(signed).filter((path) => !has(present, path));
  const parts = [
    { what: "differs", paths: changed },
    { what: "was added", paths: added },
    { what: "is missing", paths: missing },
  ].flatMap(({ what, paths }) => paths.map((path) => `${path} ${what}`));
  if (parts.length === 0) return undefined;
  const more = parts.length > MOST_NAMED ? ` and ${parts.length - MOST_NAMED} more` : "";
  return parts.slice(0, MOST_NAMED).join(", ") + more;
}

/** What to do about a task without a signature that counts. */
const UNSIGNED = "Sign it with `ratchet task sign`, and list the signer's public key in registry.trusted_keys.";
/** Whoever signs a task that somebody else has changed vouches for the change. */
const CHANGED =
  "Get the task as it was signed, from where it came from. If you made the change yourself, sign it again with `ratchet task sign`.";

function untrusted(files: TaskFiles, what: string, why: string, remedy: string = UNSIGNED): RatchetError {
  const problem = {
    severity: "error" as const,
    file: files.name(SIGNATURE_FILE),
    message: `The task ${what}: ${why}.`,
    remedy,
  };
  return new RatchetError("TASK_INVALID", `${files.origin} ${what}: ${why}.`, {
    problems: [problem],
    remedy,
  });
}
