import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { RatchetError } from "../domain/errors.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { systemErrorText } from "../lib/system-error.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { TlsCredentials } from "./http1/start-tls.ts";

/** Where the certificate and the key are. */
export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** The certificate and key of the server, as its files have them now. */
export interface TlsSource {
  current(): TlsCredentials;
  stop(): void;
}

/** How often the files are looked at, in ms. Programs that renew certificates replace files, links or whole folders. */
const LOOK_EVERY_MS = 1_000;

/**
 * Reads the certificate and the key.
 * @throws {RatchetError} CONFIG_INVALID if a file can't be read, is not PEM, or belongs to another certificate
 */
export function readTlsFiles({ certFile, keyFile }: TlsFiles): TlsCredentials {
  const cert = readPem(certFile, "server.tls.cert_file");
  const key = readPem(keyFile, "server.tls.key_file");
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const isMismatch = /KEY_VALUES_MISMATCH/.test(String(cause));
    const what = isMismatch
      ? `The key in ${keyFile} does not belong to the certificate in ${certFile}.`
      : `The certificate in ${certFile} or the key in ${keyFile} is not valid PEM.`;
    throw new RatchetError("CONFIG_INVALID", what, {
      cause,
      remedy:
        "Set server.tls.cert_file and server.tls.key_file to PEM files that belong together; the key has no passphrase.",
    });
  }
  return { cert, key };
}

function readPem(path: string, key: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new RatchetError("CONFIG_INVALID", `${path} can't be read: ${systemErrorText(cause)}.`, {
      cause,
      remedy: `Correct ${key}, or make the file readable for the server's user.`,
    });
  }
}

/**
 * Reads the files, and again whenever they change. Files that do not fit together leave the earlier certificate in use.
 * That is logged only if they still do not fit at the next look: one of the two is usually replaced first.
 * @throws {RatchetError} CONFIG_INVALID if the files can't be used to begin with
 */
export function watchTlsFiles(files: TlsFiles, clock: Clock, logger: Logger): TlsSource {
  /** What the files looked like when they were read last. */
  let seen = stamp(files);
  let current = readTlsFiles(files);
  /** Files that could not be used, and whether that was logged. */
  let broken: { stamp: string; isLogged: boolean } | undefined;
  let timer: Timer;

  function look(): void {
    timer = clock.after(LOOK_EVERY_MS, look);
    const found = stamp(files);
    if (found === seen || (broken?.stamp === found && broken.isLogged)) return;
    try {
      current = readTlsFiles(files);
      seen = found;
      broken = undefined;
      logger.info("new connections use the new certificate", { file: files.certFile });
    } catch (error) {
      const isSecondLook = broken?.stamp === found;
      broken = { stamp: found, isLogged: isSecondLook };
      if (!isSecondLook) return;
      const reason = error instanceof RatchetError ? error.message : String(error);
      logger.error(`the new certificate can't be used, so the earlier one stays in use: ${reason}`);
    }
  }

  timer = clock.after(LOOK_EVERY_MS, look);
  return { current: () => current, stop: () => timer.cancel() };
}

/** Changes with the files, also when a link in their path leads elsewhere. */
function stamp({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile].map(stampOf).join(" ");
}

function stampOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return "unreadable";
  }
}
