import { HttpFailure } from "../domain/http.ts";

/** How servers are verified. */
export interface TlsSettings {
  /** `false` accepts every certificate. @default true */
  verify?: boolean;
  /** A PEM file with authorities that are trusted in addition to the built-in ones. */
  caFile?: string | undefined;
}

/** TLS options of Bun's client, without the server's name. */
export interface TlsInit {
  rejectUnauthorized: boolean;
  ca?: string[];
}

/**
 * Reads the authorities once, on the first call. Bun's `ca` replaces the built-in ones, so the list contains those too.
 * `rejectUnauthorized` is always set, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect.
 * @returns a function that throws {HttpFailure} `refused` if the file is unusable
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
    pem = await Bun.file(caFile).text();
  } catch (error) {
    throw new HttpFailure("refused", `the file of trusted authorities, ${caFile}, can't be read`, { cause: error });
  }
  const own = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const { X509Certificate } = await import("node:crypto");
  for (const certificate of own) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw new HttpFailure("refused", `${caFile} contains a certificate that can't be read`, { cause: error });
    }
  }
  if (own.length === 0) throw new HttpFailure("refused", `${caFile} contains no PEM certificate`);
  const { rootCertificates } = await import("node:tls");
  return { rejectUnauthorized: verify, ca: [...rootCertificates, ...own] };
}
