import { GUEST_ERROR_TYPES } from "../../domain/guest-errors.ts";
import { HttpFailure, type HttpRequest } from "../../domain/http.ts";
import { describeRequest } from "../describe-request.ts";
import type { ResolveHost } from "../resolve-host.ts";
import { literalAddress } from "../route.ts";
import type { RuledRequest } from "./match-rule.ts";
import { createNetworkPolicy, type NetworkSettings, UNRESTRICTED } from "./network-policy.ts";
import type { OwnServer } from "./own-server.ts";
import { type Refusal, unresolved } from "./refusal.ts";

/**
 * What the layers of the outbound client ask before each hop. Only requests of tasks are restricted. Those of the host
 * itself, such as for the index of a registry, go where the configuration says.
 */
export interface Permit {
  /** Checks a request by what is known without an address. @throws {HttpFailure} `refused`, PERMISSION_DENIED */
  request(request: HttpRequest, about: RuledRequest): void;
  /**
   * Checks the addresses of the request's host.
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

  async function addresses(request: HttpRequest, all: readonly string[]): Promise<readonly string[]> {
    if (!isOfTask(request)) return all;
    const about = ruled(request);
    if (policy.addressMatters(about, request.taskRules) === undefined) return all;
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

  async function proxied(request: HttpRequest, resolve: ResolveHost): Promise<void> {
    if (!isOfTask(request)) return;
    const about = ruled(request);
    const setting = policy.addressMatters(about, request.taskRules);
    if (setting === undefined) return;
    const literal = literalAddress(about.url);
    const all = literal === undefined ? await resolve(about.url.hostname).catch(() => []) : [literal];
    if (all.length === 0) throw permissionFailure(request, unresolved(about, setting));
    for (const address of all) {
      const refusal = await policy.checkAddress(about, address, request.taskRules);
      if (refusal !== undefined) throw permissionFailure(request, refusal);
    }
  }

  return {
    request(request, about) {
      if (!isOfTask(request)) return;
      const refusal = policy.checkRequest(about, request.taskRules);
      if (refusal !== undefined) throw permissionFailure({ method: about.method, url: about.url.href }, refusal);
    },
    addresses,
    proxied,
  };
}

function isOfTask({ owner, taskRules }: HttpRequest): boolean {
  return owner !== undefined || taskRules !== undefined;
}

function permissionFailure(request: Pick<HttpRequest, "method" | "url">, { reason, remedy }: Refusal): HttpFailure {
  const message = `${describeRequest(request)} was refused: ${reason}. ${remedy}`;
  return new HttpFailure("refused", message, { code: GUEST_ERROR_TYPES.PermissionError.code });
}
