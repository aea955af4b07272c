import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { Problem } from "../domain/problem.ts";
import { formatSize } from "../lib/size.ts";
import { systemErrorCode, systemErrorText } from "../lib/system-error.ts";
import type { ConfigFile } from "./parse-config.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * Reads a YAML configuration file.
 * @param inProject the file belongs to the current folder, so that values that weaken security are problems
 * @returns `undefined` when the file does not exist
 */
export async function readConfigFile(path: string, inProject: boolean): Promise<ConfigFile | undefined> {
  const text = readPlainText(path);
  if (text === undefined) return undefined;
  if (typeof text !== "string") return { settings: [], profiles: new Map(), problems: [text] };
  const { parseConfig } = await import("./parse-config.ts");
  return parseConfig(text, path, inProject);
}

/** Returns the text of a regular file, a problem if it is not one, or `undefined` if it does not exist. */
function readPlainText(path: string): string | Problem | undefined {
  const problem = (message: string, remedy: string): Problem => ({
    severity: "error",
    file: path,
    message,
    remedy,
  });
  let descriptor: number | undefined;
  try {
    // Opened in non-blocking mode: a named pipe of that name must not block the program.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return problem("is not a regular file", "Replace it with a file or pass --no-config.");
    if (stats.size > MAX_CONFIG_BYTES) {
      return problem(
        `has ${stats.size} bytes; the limit is ${formatSize(MAX_CONFIG_BYTES)}`,
        "Make it smaller or pass --no-config.",
      );
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(descriptor));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (error instanceof TypeError) return problem("is not UTF-8 text", "Save it as UTF-8.");
    return problem(`cannot be read: ${systemErrorText(error)}`, "Make it readable or pass --no-config.");
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
