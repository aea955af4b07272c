import { MASTER_KEY_VARIABLE } from "../../config/secrets.ts";
import { createMasterKey, type MasterKey, parseMasterKey } from "../encryption/master-key.ts";
import { keyFileSource } from "./key-file.ts";
import type { KeySource } from "./key-source.ts";

/** What decides where the master key is. */
export interface KeySourceOptions {
  /** The text of {@link MASTER_KEY_VARIABLE}. */
  variable: string | undefined;
  /** `secrets.key_file`. */
  keyFile: string | undefined;
  /** Path of the database; undefined for one in memory, whose key is in memory too. */
  databasePath: string | undefined;
  /** Called once with the path when a key was generated next to the database. */
  onCreated: (path: string) => void;
}

/** Path of the generated key of a database. */
export function generatedKeyPath(databasePath: string): string {
  return `${databasePath}.key`;
}

/** Chooses where the master key is: the variable, else the configured file, else a file next to the database. */
export function chooseKeySource({ variable, keyFile, databasePath, onCreated }: KeySourceOptions): KeySource {
  if (variable !== undefined) return variableSource(variable);
  if (keyFile !== undefined) return keyFileSource({ path: keyFile });
  if (databasePath !== undefined) return keyFileSource({ path: generatedKeyPath(databasePath), onCreated });
  return memorySource();
}

function variableSource(text: string): KeySource {
  let key: MasterKey | undefined;
  return {
    name: MASTER_KEY_VARIABLE,
    keys() {
      key ??= parseMasterKey(text, MASTER_KEY_VARIABLE);
      return [key];
    },
  };
}

function memorySource(): KeySource {
  let kept: readonly MasterKey[] = [];
  return {
    name: "memory",
    keys: () => kept,
    create() {
      const key = createMasterKey();
      kept = [key];
      return key;
    },
    replace(keys) {
      kept = keys;
    },
  };
}
