import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { RatchetError } from "../../domain/errors.ts";
import { isForeignLink } from "../../lib/foreign-link.ts";
import { systemErrorText } from "../../lib/system-error.ts";
import { createMasterKey, formatMasterKey, type MasterKey, parseMasterKey } from "../encryption/master-key.ts";
import type { KeySource } from "./key-source.ts";

/** How a file with the master key is used. */
export interface KeyFileOptions {
  path: string;
  /** Called once with the path when the file was created. Without it, the file has to exist. */
  onCreated?: (path: string) => void;
}

/**
 * Creates a source that reads a file whenever a key is needed, so that a rotation by another process is seen. Each line
 * is a key.
 */
export function keyFileSource({ path, onCreated }: KeyFileOptions): KeySource {
  const isOptional = onCreated !== undefined;
  const source: KeySource = {
    name: path,
    keys: () => readKeys(path, isOptional),
    replace: (keys) => writeKeys(path, keys, "replace"),
  };
  if (onCreated !== undefined) {
    source.create = () => {
      const key = createMasterKey();
      // Another process that creates the file at the same time must not lose its key.
      if (!writeKeys(path, [key], "create")) return firstOf(readKeys(path, false), path);
      onCreated(path);
      return key;
    };
  }
  return source;
}

/** @param isOptional a missing file has no keys */
function readKeys(path: string, isOptional: boolean): MasterKey[] {
  if (isOptional && isForeignLink(path)) {
    throw new RatchetError("ENVIRONMENT", `${path} is a link that leads out of this folder.`, {
      remedy: "If you trust it, set secrets.key_file to the absolute path.",
    });
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isOptional && (cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new RatchetError(
      "ENVIRONMENT",
      `The key of the secrets can't be read from ${path}: ${systemErrorText(cause)}.`,
      {
        remedy: "Correct secrets.key_file, or the permissions of the file.",
        data: { path },
        cause,
      },
    );
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // An empty file is an error, because a new key would lose all secrets.
  return (lines.length === 0 ? [""] : lines).map((line) => parseMasterKey(line, `The content of ${path}`));
}

function firstOf(keys: readonly MasterKey[], path: string): MasterKey {
  const [first] = keys;
  if (first === undefined) throw new RatchetError("ENVIRONMENT", `${path} has no key.`);
  return first;
}

/** Writes the file whole or not at all, for its owner only. @returns false if a file to be created exists */
function writeKeys(path: string, keys: readonly MasterKey[], mode: "create" | "replace"): boolean {
  const target = mode === "create" ? path : `${path}.new`;
  try {
    if (mode === "replace") rmSync(target, { force: true });
    const descriptor = openSync(target, "wx", 0o600);
    try {
      writeSync(descriptor, keys.map((key) => `${formatMasterKey(key)}\n`).join(""));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (mode === "replace") renameSync(target, path);
    return true;
  } catch (cause) {
    if (mode === "create" && (cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new RatchetError(
      "ENVIRONMENT",
      `The key of the secrets can't be written to ${path}: ${systemErrorText(cause)}.`,
      {
        remedy: "Make the folder writable, or set RATCHET_SECRETS_KEY or secrets.key_file.",
        data: { path },
        cause,
      },
    );
  }
}
