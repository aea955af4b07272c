import type { KeyObject } from "node:crypto";
import { sign } from "node:crypto";
import { isPublicKey } from "../../domain/public-key.ts";
import { isObject } from "../../lib/is-object.ts";
import type { SignedFiles } from "./signed-files.ts";
import { signedBytes } from "./signed-files.ts";
import { publicTextOf } from "./signing-keys.ts";

/** The signatures of a task. */
export interface TaskSignature {
  /** Version of this form. */
  format: 1;
  files: SignedFiles;
  /** Each signer's signature of the same files, in base64. */
  signatures: readonly { key: string; signature: string }[];
}

/** Signs files. Other signers' signatures of the same files are kept. */
export function addSignature(files: SignedFiles, key: KeyObject, before: TaskSignature | undefined): TaskSignature {
  const publicKey = publicTextOf(key);
  const signature = sign(null, signedBytes(files), key).toString("base64");
  const isSame = before !== undefined && JSON.stringify(before.files) === JSON.stringify(files);
  const others = isSame ? before.signatures.filter((one) => one.key !== publicKey) : [];
  return { format: 1, files, signatures: [...others, { key: publicKey, signature }] };
}

/** Formats signatures as the text of their file. */
export function signatureText(signature: TaskSignature): string {
  return `${JSON.stringify(signature, null, 2)}\n`;
}

/** Reads the text of a signature file; undefined if it has another form. */
export function parseSignature(bytes: Uint8Array): TaskSignature | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.format !== 1 || !isObject(value.files) || !Array.isArray(value.signatures))
    return undefined;
  const areDigests = Object.values(value.files).every(
    (digest) => typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest),
  );
  const areSignatures = value.signatures.every(
    (one: unknown) =>
      isObject(one) && typeof one.key === "string" && isPublicKey(one.key) && typeof one.signature === "string",
  );
  // Each member was checked above.
  return areDigests && areSignatures ? (value as unknown as TaskSignature) : undefined;
}
