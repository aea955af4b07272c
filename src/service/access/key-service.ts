import { createKeySecret } from "../../access/secret-token.ts";
import type { ApiKey } from "../../domain/credentials.ts";
import type { KeyStore } from "../../store/contract/keys.ts";
import { checkName, type GrantRequest, readDuration, readGrant } from "./grant-request.ts";

/** A key to create. */
export interface KeyRequest extends GrantRequest {
  name: string;
  /** How long it is valid, such as `90d`, or a number of ms. @default until it is revoked */
  expires?: string | number | null;
}

/** A key with a new secret, which is shown once. */
export interface IssuedKey {
  key: ApiKey;
  secret: string;
}

/** How long the old secret of a rotated key stays valid, if nothing is said. */
export const USUAL_OVERLAP = "1h";

const DAY_MS = 24 * 3_600_000;
const LIFETIME = { min: 1_000, max: 36_500 * DAY_MS };
const OVERLAP = { min: 0, max: 365 * DAY_MS };

/** API keys. Pointers are places in the request. */
export interface KeyService {
  /** @throws {RatchetError} USAGE; CONFLICT if the name is taken */
  create(request: KeyRequest, pointer: string): Promise<IssuedKey>;
  /** All keys, with the revoked ones, oldest first. */
  list(): Promise<ApiKey[]>;
  /** The key ceases to work at once. @throws {RatchetError} KEY_NOT_FOUND */
  revoke(name: string): Promise<ApiKey>;
  /**
   * Gives a key a new secret. The old one stays valid for a while.
   * @throws {RatchetError} KEY_NOT_FOUND, USAGE
   */
  rotate(name: string, request: { overlap?: string | number }, pointer: string): Promise<IssuedKey>;
}

/** What {@link createKeyService} needs. */
export interface KeyServiceOptions {
  keys: KeyStore;
  /** Makes a change take effect at once. */
  changed: () => Promise<void>;
}

/** Creates the service of keys. */
export function createKeyService({ keys, changed }: KeyServiceOptions): KeyService {
  return {
    async create(request, pointer) {
      checkName(request.name, `${pointer}/name`);
      const grant = readGrant(request, pointer);
      const { expires } = request;
      const lifetimeMs = expires == null ? null : readDuration(expires, `${pointer}/expires`, LIFETIME);
      const { secret, stored } = createKeySecret();
      const key = await keys.create({ name: request.name, ...grant, secret: stored, lifetimeMs });
      await changed();
      return { key, secret };
    },
    list: () => keys.list(),
    async revoke(name) {
      const key = await keys.revoke(name);
      await changed();
      return key;
    },
    async rotate(name, { overlap = USUAL_OVERLAP }, pointer) {
      const overlapMs = readDuration(overlap, `${pointer}/overlap`, OVERLAP);
      const { secret, stored } = createKeySecret();
      const key = await keys.rotate(name, stored, overlapMs);
      await changed();
      return { key, secret };
    },
  };
}
