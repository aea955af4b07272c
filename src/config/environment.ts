/** The environment variables of the process. This folder is the only place that reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. */
export function processEnvironment(): Environment {
  return process.env;
}

/** The folder of the user's own configuration files (XDG base directory specification: a relative path is ignored). */
export function userConfigFolder(env: Environment): string | undefined {
  const chosen = env.XDG_CONFIG_HOME;
  if (chosen?.startsWith("/") === true) return chosen;
  const home = env.HOME || env.USERPROFILE;
  return home === undefined || home === "" ? undefined : `${home}/.config`;
}

/** The folder for what can be made again (same specification); undefined where the user has no home. */
export function userCacheFolder(env: Environment): string | undefined {
  const chosen = env.XDG_CACHE_HOME;
  if (chosen?.startsWith("/") === true) return chosen;
  const home = env.HOME || env.USERPROFILE;
  return home === undefined || home === "" ? undefined : `${home}/.cache`;
}

/**
 * Whether output to a stream may be coloured: `FORCE_COLOR` (not `0`) says yes, `NO_COLOR` (not empty) or `TERM=dumb`
 * say no (https://no-color.org, https://force-color.org), else a terminal decides.
 */
export function colourWanted(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (env.NO_COLOR) return false;
  if (forced !== undefined && forced !== "") return forced !== "0";
  return isTerminal && env.TERM !== "dumb";
}

/** How many connections the runtime's HTTP client opens at a time: 256, or what the environment said at the start. */
export function runtimeConnections(env: Environment): number {
  const limit = Number(env.BUN_CONFIG_MAX_HTTP_REQUESTS);
  return Number.isInteger(limit) && limit > 0 ? limit : 256;
}

/**
 * The proxies that the environment names, as curl reads them: lower case before upper case, `ALL_PROXY` for what has no
 * variable of its own.
 */
export function environmentProxies(env: Environment): { http?: string; https?: string; noProxy?: string } {
  const all = env.all_proxy ?? env.ALL_PROXY;
  const http = env.http_proxy ?? env.HTTP_PROXY ?? all;
  const https = env.https_proxy ?? env.HTTPS_PROXY ?? all;
  const noProxy = env.no_proxy ?? env.NO_PROXY;
  return {
    ...(http !== undefined && { http }),
    ...(https !== undefined && { https }),
    ...(noProxy !== undefined && { noProxy }),
  };
}
