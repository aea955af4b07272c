import { readFile } from "node:fs/promises";
import { HttpFailure } from "../domain/http.ts";

/** How servers prove who they are. */
export interface TlsSettings {
  /** `false` accepts every certificate. @default true */
  verify?: boolean;
  /** A PEM file with authorities that are trusted beside the built-in ones. */
  caFile?: string | undefined;
}

/** What Bun's client takes, without the server's name. */
export interface TlsInit {
  rejectUnauthorized: boolean;
  ca?: string[];
}

/**
 * Reads the authorities once, on the first call; Bun's `ca` replaces the built-in ones, so those are listed with them.
 * `rejectUnauthorized` is always said, so that NODE_TLS_REJECT_UNAUTHORIZED changes nothing.
 * @returns a function that throws {HttpFailure} `refused` when the file is unusable
 */
export function createTlsSettings(settings: TlsSettings): () => Promise<TlsInit> {
  const { verify = true, caFile } = settings;
  let loaded: Promise<TlsInit> | undefined;
  return () => {
    loaded ??= caFile === undefined ? Promise.resolve({ rejectUnauthorized: verify }) : readAuthorities(verify, caFile);
    return loaded;
  };
}

async function readAuthorities(verify: boolean, caFile: string): Promise<TlsInit> {
  let pem: string;
  try {
    pem = await readFile(caFile, "utf8");
  } catch (error) {
    throw new HttpFailure("refused", `the file of trusted authorities, ${caFile}, can't be read`, { cause: error });
  }
  const own = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const { X509Certificate } = await import("node:crypto");
  for (const certificate of own) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw new HttpFailure("refused", `${caFile} holds a certificate that can't be read`, { cause: error });
    }
  }
  if (own.length === 0) throw new HttpFailure("refused", `${caFile} holds no PEM certificate`);
  const { rootCertificates } = await import("node:tls");
  return { rejectUnauthorized: verify, ca: [...rootCertificates, ...own] };
}
