import { GUEST_ERROR_TYPES } from "../../domain/guest-errors.ts";
import { HttpFailure, type HttpRequest } from "../../domain/http.ts";
import type { PermittedRequest } from "../../domain/http-conduct.ts";
import { describeRequest } from "../describe-request.ts";
import type { ResolveHost } from "../resolve-host.ts";
import { literalAddress } from "../route.ts";
import type { RuledRequest } from "./match-rule.ts";
import { createNetworkPolicy, type NetworkPolicy, type NetworkSettings, UNRESTRICTED } from "./network-policy.ts";
import type { OwnServer } from "./own-server.ts";
import { type Refusal, unresolved } from "./refusal.ts";

/** How a request would reach its host. */
export interface Way {
  /** Resolves the name of the host. */
  resolve: ResolveHost;
  /** By a proxy, which resolves the name itself. */
  isProxied: boolean;
}

/**
 * What the layers of the outbound client ask before each hop. Only requests of tasks are restricted. Those of the host
 * itself, such as for the index of a registry, go where the configuration says.
 */
export interface Permit {
  /** Checks a request by what is known without an address. @throws {HttpFailure} `refused`, PERMISSION_DENIED */
  request(request: HttpRequest, about: RuledRequest): void;
  /**
   * Checks the request's host before anything is done for the request. A name that can't be resolved is left to the transport.
   * @returns what was permitted; undefined if nothing was checked
   * @throws {HttpFailure} `refused`, PERMISSION_DENIED
   */
  host(request: HttpRequest, about: RuledRequest, way: Way): Promise<PermittedRequest | undefined>;
  /**
   * Checks the addresses of the request's host, unless {@link host} has permitted them.
   * @returns those that may be connected to, in the same order
   * @throws {HttpFailure} `refused`, PERMISSION_DENIED, if it may connect to no address
   */
  addresses(request: HttpRequest, addresses: readonly string[]): Promise<readonly string[]>;
  /**
   * Checks the host of a request that a proxy will connect to. Every address has to be permitted, because the proxy
   * chooses. A name that this machine can't resolve is refused if its address matters.
   * @throws {HttpFailure} `refused`, PERMISSION_DENIED
   */
  proxied(request: HttpRequest, resolve: ResolveHost): Promise<void>;
}

/**
 * Creates the checks for one process.
 * @param ownServer returns where the server listens that runs the tasks
 */
export function createPermit(
  settings: NetworkSettings = UNRESTRICTED,
  ownServer: () => OwnServer | undefined = () => undefined,
): Permit {
  const policy = createNetworkPolicy(settings, ownServer);
  const ruled = (request: HttpRequest) => ({ url: new URL(request.url), method: request.method });

  async function host(
    request: HttpRequest,
    about: RuledRequest,
    { resolve, isProxied }: Way,
  ): Promise<PermittedRequest | undefined> {
    if (!isOfTask(request)) return undefined;
    const { url } = request;
    const setting = policy.addressMatters(about, request.taskRules);
    if (setting === undefined) return { url, addresses: undefined };
    const all = await addressesOf(about, resolve);
    if (all.length > 0) return { url, addresses: await (isProxied ? every : some)({ policy, request, about }, all) };
    if (isProxied) throw permissionFailure(request, unresolved(about, setting));
    return undefined;
  }

  async function addresses(request: HttpRequest, all: readonly string[]): Promise<readonly string[]> {
    if (!isOfTask(request) || wasPermitted(request, all)) return all;
    const about = ruled(request);
    return policy.addressMatters(about, request.taskRules) === undefined ? all : some({ policy, request, about }, all);
  }

  async function proxied(request: HttpRequest, resolve: ResolveHost): Promise<void> {
    if (!isOfTask(request) || wasPermitted(request, undefined)) return;
    const about = ruled(request);
    if (request.progress?.permitted !== undefined && wasPermitted(request, await addressesOf(about, resolve))) return;
    await host(request, about, { resolve, isProxied: true });
  }

  return {
    request(request, about) {
      if (!isOfTask(request)) return;
      const refusal = policy.checkRequest(about, request.taskRules);
      if (refusal !== undefined) throw permissionFailure({ method: about.method, url: about.url.href }, refusal);
    },
    host,
    addresses,
    proxied,
  };
}

function isOfTask({ owner, taskRules }: HttpRequest): boolean {
  return owner !== undefined || taskRules !== undefined;
}

/** A request that is decided on. */
interface Decided {
  policy: NetworkPolicy;
  request: HttpRequest;
  about: RuledRequest;
}

/** @returns the addresses that are permitted */
async function some({ policy, request, about }: Decided, all: readonly string[]): Promise<readonly string[]> {
  const permitted: string[] = [];
  let refusal: Refusal | undefined;
  for (const address of all) {
    const refused = await policy.checkAddress(about, address, request.taskRules);
    if (refused === undefined) permitted.push(address);
    refusal ??= refused;
  }
  if (permitted.length === 0 && refusal !== undefined) throw permissionFailure(request, refusal);
  return permitted;
}

/** Each address has to be permitted. */
async function every({ policy, request, about }: Decided, all: readonly string[]): Promise<readonly string[]> {
  for (const address of all) {
    const refusal = await policy.checkAddress(about, address, request.taskRules);
    if (refusal !== undefined) throw permissionFailure(request, refusal);
  }
  return all;
}

/** Were these addresses permitted for this very request? @param addresses undefined asks whether every one is */
function wasPermitted({ url, progress }: HttpRequest, addresses: readonly string[] | undefined): boolean {
  const permitted = progress?.permitted;
  if (permitted === undefined || permitted.url !== url) return false;
  const known = permitted.addresses;
  if (known === undefined) return true;
  return addresses !== undefined && addresses.length > 0 && addresses.every((one) => known.includes(one));
}

/** @returns an empty list for a name that can't be resolved */
async function addressesOf({ url }: RuledRequest, resolve: ResolveHost): Promise<readonly string[]> {
  const literal = literalAddress(url);
  return literal === undefined ? resolve(url.hostname).catch(() => []) : [literal];
}

function permissionFailure(request: Pick<HttpRequest, "method" | "url">, { reason, remedy }: Refusal): HttpFailure {
  const message = `${describeRequest(request)} was refused: ${reason}. ${remedy}`;
  return new HttpFailure("refused", message, { code: GUEST_ERROR_TYPES.PermissionError.code, attempts: 0 });
}
