import { defined } from "../lib/defined.ts";

/** The environment variables of the process. Only this folder reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the environment of this process. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Returns the folder of the user's configuration files (XDG base directory specification, ignoring relative paths). */
export function userConfigFolder(env: Environment): string | undefined {
  const chosen = env.XDG_CONFIG_HOME;
  if (chosen?.startsWith("/") === true) return chosen;
  const home = env.HOME || env.USERPROFILE;
  return home === undefined || home === "" ? undefined : `${home}/.config`;
}

/** Returns the folder for cached files (same specification); `undefined` if the user has no home folder. */
export function userCacheFolder(env: Environment): string | undefined {
  const chosen = env.XDG_CACHE_HOME;
  if (chosen?.startsWith("/") === true) return chosen;
  const home = env.HOME || env.USERPROFILE;
  return home === undefined || home === "" ? undefined : `${home}/.cache`;
}

/**
 * Returns true if output to a stream should be coloured. `FORCE_COLOR` (not `0`) enables colours, `NO_COLOR` (not
 * empty) and `TERM=dumb` disable them (https://no-color.org, https://force-color.org). Otherwise terminals get colours.
 */
export function colourWanted(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (env.NO_COLOR) return false;
  if (forced !== undefined && forced !== "") return forced !== "0";
  return isTerminal && env.TERM !== "dumb";
}

/** Returns true if a terminal understands sequences that erase a line and move the cursor: all do, but `TERM=dumb`. */
export function movesCursor(env: Environment): boolean {
  return env.TERM !== "dumb";
}

/** The variable with the API key that client commands send. */
export const API_KEY_VARIABLE = "RATCHET_API_KEY";

/** Returns the API key for a server; undefined without one. An empty variable counts as unset. */
export function environmentApiKey(env: Environment): string | undefined {
  const key = env[API_KEY_VARIABLE]?.trim();
  return key === "" ? undefined : key;
}

/** Returns how many connections the runtime's HTTP client opens at once: 256, unless the environment overrides it. */
export function runtimeConnections(env: Environment): number {
  const limit = Number(env.BUN_CONFIG_MAX_HTTP_REQUESTS);
  return Number.isInteger(limit) && limit > 0 ? limit : 256;
}

/**
 * Returns the proxies set in the environment, by curl's rules: lower case wins over upper case, and `ALL_PROXY` applies
 * to schemes without their own variable.
 */
export function environmentProxies(env: Environment): { http?: string; https?: string; noProxy?: string } {
  const all = env.all_proxy ?? env.ALL_PROXY;
  const http = env.http_proxy ?? env.HTTP_PROXY ?? all;
  const https = env.https_proxy ?? env.HTTPS_PROXY ?? all;
  const noProxy = env.no_proxy ?? env.NO_PROXY;
  return defined({ http, https, noProxy });
}

/** How a service manager such as systemd is notified (sd_notify(3), sd_watchdog_enabled(3)). */
export interface ServiceManagerSettings {
  /** Address of its socket; undefined without a service manager. */
  socket: string | undefined;
  /** It expects a sign of life within this time, ms; undefined if it does not. */
  watchdogMs: number | undefined;
}

/** Returns how the service manager that started this process is notified. @param pid of this process */
export function serviceManagerSettings(env: Environment, pid: number): ServiceManagerSettings {
  const socket = /^[/@]./.test(env.NOTIFY_SOCKET ?? "") ? env.NOTIFY_SOCKET : undefined;
  const microseconds = Number(env.WATCHDOG_USEC);
  const isOurs = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === pid;
  return { socket, watchdogMs: isOurs && microseconds > 0 ? microseconds / 1_000 : undefined };
}
