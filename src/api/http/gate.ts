import type { AccessControl, AccessState } from "../../access/access-control.ts";
import type { Authentication, Authenticator, RefusalReason } from "../../access/authenticator.ts";
import { RatchetError } from "../../domain/errors.ts";
import {
  type Caller,
  type Identity,
  LOCAL_PRINCIPAL,
  type Principal,
  type Role,
  roleIncludes,
} from "../../domain/principal.ts";
import { defined } from "../../lib/defined.ts";
import type { Client } from "./client.ts";
import { HttpError } from "./http-error.ts";
import { isOwnOrigin } from "./own-origin.ts";
import type { AccessClass, Requirements } from "./requirements.ts";

/** A request that was refused. */
export interface Refusal {
  request: Request;
  caller: Caller;
  /** The code of the error: UNAUTHENTICATED, FORBIDDEN, ORIGIN_NOT_ALLOWED or SETUP_REQUIRED. */
  code: string;
  /** Whom the credential identified, although it grants nothing. */
  identity?: Identity;
}

/** Finds out whom the credentials of a request identify, as far as that is in memory. */
export type RecallIdentity = (request: Request, isSecure: boolean) => Identity | undefined;

/** Creates the function that names callers in the audit log whose credentials nobody has checked. */
export function createRecallIdentity({ authenticators }: Pick<AccessControl, "authenticators">): RecallIdentity {
  return ({ headers }, isSecure) => {
    for (const authenticator of authenticators) {
      const identity = authenticator.recall(headers, isSecure);
      if (identity !== undefined) return identity;
    }
    return undefined;
  };
}

/** Decides about requests before their bodies are read. */
export interface Gate {
  /**
   * Returns who sent a request. It only returns a promise if a credential can't be checked at once.
   * @param client where the request came from
   * @throws {RatchetError} UNAUTHENTICATED, FORBIDDEN, SETUP_REQUIRED
   */
  admit(request: Request, requires: Requirements, client: Client): Caller | Promise<Caller>;
  /** Does the same for the request of a stream that is still open. It counts as no request, and a refusal is not noted. */
  recheck: Gate["admit"];
}

/** What {@link createGate} needs. */
export interface GateOptions {
  control: AccessControl;
  /** Called for each request that is refused. */
  onRefusal?: (refusal: Refusal) => void;
}

/** A request to decide about. */
interface Arrival {
  request: Request;
  requires: Requirements;
  client: Client;
}

/** The role that each class of access needs. */
export const ROLE_FOR: Readonly<Record<Exclude<AccessClass, "public">, Role>> = {
  read: "viewer",
  decide: "viewer",
  write: "operator",
  admin: "admin",
};

/** Creates the gate that every request passes. */
export function createGate({ control, onRefusal }: GateOptions): Gate {
  return {
    admit: createAdmission(control, (request, caller, error, identity) => {
      onRefusal?.({ request, caller, code: error.code, ...defined({ identity }) });
      throw error;
    }),
    recheck: createAdmission(control, (_request, _caller, error) => {
      throw error;
    }),
  };
}

type Refuse = (request: Request, caller: Caller, error: RatchetError | HttpError, identity?: Identity) => never;

function createAdmission(control: AccessControl, refuse: Refuse): Gate["admit"] {
  function decide({ request, requires, client }: Arrival, found: Authentication | undefined): Caller {
    const { address, secure } = client;
    const nobody: Caller = { principal: undefined, address, secure };
    if (found === undefined || "refused" in found) {
      if (requires.access === "public") return nobody;
      return refuse(request, nobody, refusalError(found), found?.identity);
    }
    const caller: Caller = { principal: found.principal, address, secure };
    if (found.isCookie === true && isForeign(request, secure)) return refuse(request, caller, foreignPage());
    const error = missingRight(found.principal, requires);
    return error === undefined ? caller : refuse(request, caller, error);
  }

  function admitIn(state: AccessState, arrival: Arrival): Caller | Promise<Caller> {
    const { request, requires, client } = arrival;
    const { address, secure } = client;
    if (state === "open") return { principal: LOCAL_PRINCIPAL, address, secure };
    if (state === "setup" && requires.duringSetup !== true) {
      return refuse(request, { principal: undefined, address, secure }, setupRequired());
    }
    const found = authenticate(control.authenticators, request.headers, secure);
    return found instanceof Promise ? found.then((one) => decide(arrival, one)) : decide(arrival, found);
  }

  return (request, requires, client) => {
    const nobody: Caller = { principal: undefined, address: client.address, secure: client.secure };
    const isPublic = requires.access === "public";
    // Such as /health, which must not wait for a store that is busy or broken.
    if (isPublic && requires.duringSetup === true) return nobody;
    const state = control.state();
    const arrival = { request, requires, client };
    if (!(state instanceof Promise)) return admitIn(state, arrival);
    return state.then(
      (one) => admitIn(one, arrival),
      (error: unknown) => {
        if (isPublic) return nobody;
        throw error;
      },
    );
  };
}

/** Asks the authenticators in order. Only those that have to wait make this a promise. */
function authenticate(
  authenticators: readonly Authenticator[],
  headers: Headers,
  secure: boolean,
  from = 0,
): Authentication | undefined | Promise<Authentication | undefined> {
  for (let at = from; at < authenticators.length; at++) {
    const found = authenticators[at]?.authenticate(headers, secure);
    if (found instanceof Promise) {
      return found.then((one) => one ?? authenticate(authenticators, headers, secure, at + 1));
    }
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
  return unauthenticated(found);
}

/** Creates the error for a missing or unusable credential. @param found what was wrong with the one that was sent */
export function unauthenticated(found?: { refused: RefusalReason; message: string }): RatchetError {
  return new RatchetError("UNAUTHENTICATED", found?.message ?? "The request has no credentials.", {
    ...defined({ data: found && { reason: found.refused } }),
    remedy: "Log in, or send an API key as Authorization: Bearer rtk_...; `ratchet key create` creates one.",
  });
}

/** Returns the error for a principal that may not do something; undefined if it may. */
export function missingRight(
  principal: Principal,
  { access, allTasks = access === "admin" }: Pick<Requirements, "access" | "allTasks">,
): RatchetError | undefined {
  if (access === "public") return undefined;
  const needed = ROLE_FOR[access];
  if (!roleIncludes(principal.role, needed)) return forbidden(principal, needed);
  // An admin who is limited to some tasks could otherwise create one who is not.
  if (principal.tasks !== undefined && allTasks) return limitedToTasks(principal);
  return undefined;
}

/** Creates the error for a principal that is limited to some tasks, where all of them are concerned. */
function limitedToTasks({ name }: Principal): RatchetError {
  return new RatchetError("FORBIDDEN", `This concerns all tasks; ${JSON.stringify(name)} is limited to some of them.`, {
    remedy: "Use credentials without --tasks.",
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
function isForeign({ headers }: Request, isSecure: boolean): boolean {
  const origin = headers.get("origin");
  return origin !== null && !isOwnOrigin(origin, headers.get("host"), isSecure);
}
