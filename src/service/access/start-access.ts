import { type Access, createAccess } from "../../access/access.ts";
import { type AccessControl, OPEN_ACCESS } from "../../access/access-control.ts";
import { createIssuedAccess } from "../../access/issued-access.ts";
import type { OidcLogin } from "../../access/oidc/login.ts";
import { createPasswords } from "../../access/passwords.ts";
import { interfaceAddresses, type SetupPlace, setupPlace } from "../../access/setup-place.ts";
import { createSetupToken, type SetupToken } from "../../access/setup-token.ts";
import type { ConfigValues } from "../../config/keys.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Store } from "../../store/contract/store.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { type ConfiguredAdmin, createConfiguredAdmin } from "./first-admin.ts";
import { createKeyService, type KeyService } from "./key-service.ts";
import { createSessionService, type SessionService } from "./session-service.ts";
import { createSetupService, type SetupService } from "./setup-service.ts";
import { createUserService, type UserService } from "./user-service.ts";

/** The use cases about who may call the server. */
export interface AccessServices {
  keys: KeyService;
  users: UserService;
  sessions: SessionService;
  setup: SetupService;
}

/** Access control of a running server. */
export interface StartedAccess {
  control: AccessControl;
  services: AccessServices;
  /** Logs people in at an OpenID provider, if one is configured. */
  login: OidcLogin | undefined;
  /**
   * Returns where the first user is created; undefined if there is one, or none is needed.
   * @param url of the server, without a slash at its end
   */
  setupPlace(url: string): SetupPlace | undefined;
  /** Returns how many credentials are remembered. */
  remembered(): number;
  stop(): Promise<void>;
}

/** What {@link startAccess} needs. */
export interface StartAccessOptions {
  config: ConfigValues;
  store: Pick<Store, "keys" | "users" | "sessions" | "audit">;
  clock: Clock;
  /** Fetches the keys of issuers of tokens. */
  send: HttpSend;
  logger: Pick<Logger, "warn">;
  onError: (error: unknown) => void;
}

/**
 * Starts access control as the configuration and the store say.
 * @throws {RatchetError} CONFIG_INVALID if the configured admin can't be created
 */
export async function startAccess(options: StartAccessOptions): Promise<StartedAccess> {
  const { config, store, clock, send, logger, onError } = options;
  const issued = createIssuedAccess(config, { send, clock });
  const limits = { idleMs: config["auth.session.idle_timeout"], maxAgeMs: config["auth.session.max_age"] };
  const without = isLoopback(config["server.host"]) ? "open" : "setup";
  const access = createAccess({
    store,
    clock,
    without: issued === undefined ? without : "required",
    sessionIdleMs: limits.idleMs,
    others: issued?.authenticators ?? [],
    onError,
  });
  const { changed } = access;
  const passwords = createPasswords();
  const users = createUserService({ users: store.users, passwords, changed });
  const sessions = createSessionService({ users: store.users, sessions: store.sessions, passwords, limits, changed });
  if (config["auth.enabled"]) {
    await createConfiguredAdmin({ users, audit: store.audit }, configuredAdmin(config));
  }
  if (!config["auth.enabled"] && !isLoopback(config["server.host"])) {
    logger.warn("auth.enabled is false: everyone who reaches the server may do everything");
  }
  const token = await setupTokenOf(access, config, clock);
  return {
    login: issued?.login,
    control: config["auth.enabled"] ? access.control : OPEN_ACCESS,
    services: {
      keys: createKeyService({ keys: store.keys, changed }),
      users,
      sessions,
      setup: createSetupService({ token, users, sessions, access: access.control }),
    },
    setupPlace(url) {
      if (token === undefined) return undefined;
      const names = config["server.allowed_hosts"].split(/[\s,]+/).filter((name) => name !== "");
      return setupPlace(url, token, { names, addresses: interfaceAddresses() });
    },
    remembered: access.remembered,
    stop: access.stop,
  };
}

/** Returns the settings of the first admin. */
export function configuredAdmin(config: ConfigValues): ConfiguredAdmin {
  return { user: config["auth.admin.user"], passwordFile: config["auth.admin.password_file"] };
}

async function setupTokenOf(access: Access, config: ConfigValues, clock: Clock): Promise<SetupToken | undefined> {
  if (!config["auth.enabled"] || (await access.control.state()) !== "setup") return undefined;
  return createSetupToken(clock);
}

/** Returns true if only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
