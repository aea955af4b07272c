import type { AccessControl, AccessState } from "../../access/access-control.ts";
import type { Authentication, Authenticator, RefusalReason } from "../../access/authenticator.ts";
import { RatchetError } from "../../domain/errors.ts";
import { type Caller, LOCAL_PRINCIPAL, type Principal, type Role, roleIncludes } from "../../domain/principal.ts";
import { isOwnOrigin } from "./access-check.ts";
import { HttpError } from "./http-error.ts";
import type { AccessClass, Requirements } from "./requirements.ts";

/** A request that was refused. */
export interface Refusal {
  request: Request;
  caller: Caller;
  /** The code of the error: UNAUTHENTICATED, FORBIDDEN, ORIGIN_NOT_ALLOWED or SETUP_REQUIRED. */
  code: string;
}

/** Decides about requests before their bodies are read. */
export interface Gate {
  /**
   * Returns who sent a request. It only returns a promise if a credential can't be checked at once.
   * @param address IP address of the client
   * @throws {RatchetError} UNAUTHENTICATED, FORBIDDEN, SETUP_REQUIRED
   */
  admit(request: Request, requires: Requirements, address: string): Caller | Promise<Caller>;
}

/** What {@link createGate} needs. */
export interface GateOptions {
  control: AccessControl;
  /** Called for each request that is refused. */
  onRefusal?: (refusal: Refusal) => void;
}

/** The role that each class of access needs. */
export const ROLE_FOR: Readonly<Record<Exclude<AccessClass, "public">, Role>> = {
  read: "viewer",
  write: "operator",
  admin: "admin",
};

/** Creates the gate that every request passes. */
export function createGate({ control, onRefusal }: GateOptions): Gate {
  const refuse = (request: Request, caller: Caller, error: RatchetError | HttpError): never => {
    onRefusal?.({ request, caller, code: error.code });
    throw error;
  };

  function decide(request: Request, requires: Requirements, address: string, found: Authentication | undefined) {
    const nobody: Caller = { principal: undefined, address };
    if (found === undefined || "refused" in found) {
      if (requires.access === "public") return nobody;
      return refuse(request, nobody, refusalError(found));
    }
    const caller: Caller = { principal: found.principal, address };
    if (found.isCookie === true && isForeign(request)) return refuse(request, caller, foreignPage());
    if (requires.access !== "public") {
      const needed = ROLE_FOR[requires.access];
      if (!roleIncludes(found.principal.role, needed))
        return refuse(request, caller, forbidden(found.principal, needed));
    }
    return caller;
  }

  return {
    admit(request, requires, address) {
      const state: AccessState = control.state();
      if (state === "open") return { principal: LOCAL_PRINCIPAL, address };
      if (state === "setup" && requires.duringSetup !== true) {
        return refuse(request, { principal: undefined, address }, setupRequired());
      }
      const found = authenticate(control.authenticators, request.headers);
      if (!(found instanceof Promise)) return decide(request, requires, address, found);
      return found.then((one) => decide(request, requires, address, one));
    },
  };
}

/** Asks the authenticators in order. Only those that have to wait make this a promise. */
function authenticate(
  authenticators: readonly Authenticator[],
  headers: Headers,
  from = 0,
): Authentication | undefined | Promise<Authentication | undefined> {
  for (let at = from; at < authenticators.length; at++) {
    const found = authenticators[at]?.authenticate(headers);
    if (found instanceof Promise) return found.then((one) => one ?? authenticate(authenticators, headers, at + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Creates the error for a request without a credential, or with one that was refused. */
function refusalError(found: { refused: RefusalReason; message: string } | undefined): RatchetError {
  if (found?.refused === "unavailable") {
    return new RatchetError("ENVIRONMENT", found.message, { remedy: "Try again later." });
  }
  if (found?.refused === "no-role") {
    return new RatchetError("FORBIDDEN", found.message, { remedy: "Ask the issuer of the credential for a role." });
  }
  return unauthenticated(found?.message);
}

/** Creates the error for a missing or unusable credential. @param why what was wrong with the one that was sent */
export function unauthenticated(why = "The request has no credentials."): RatchetError {
  return new RatchetError("UNAUTHENTICATED", why, {
    remedy: "Log in, or send an API key as Authorization: Bearer rtk_...; `ratchet key create` creates one.",
  });
}

/** Creates the error for a role that is too low. */
export function forbidden({ name, role }: Principal, needed: Role): RatchetError {
  return new RatchetError("FORBIDDEN", `This needs the role ${needed}; ${JSON.stringify(name)} has ${role}.`, {
    data: { role, needed },
    remedy: "Use credentials with a higher role.",
  });
}

function setupRequired(): RatchetError {
  return new RatchetError("SETUP_REQUIRED", "The server has no user yet.", {
    remedy:
      "Open the one-time URL that the server printed when it started, or run `ratchet user create NAME --role admin`.",
  });
}

function foreignPage(): HttpError {
  return new HttpError(403, "ORIGIN_NOT_ALLOWED", "Pages of other origins may not use the session of this server.", {
    remedy: "Use an API key for calls from other origins.",
  });
}

/** Returns true if the request comes from a page that is not this server's. */
function isForeign({ headers }: Request): boolean {
  const origin = headers.get("origin");
  return origin !== null && !isOwnOrigin(origin, headers.get("host"));
}
