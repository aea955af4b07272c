import { type AuditDraft, actorOf, identityActor } from "../../domain/audit.ts";
import type { Caller } from "../../domain/principal.ts";
import type { Clock } from "../../lib/clock.ts";
import type { AuditStore } from "../../store/contract/audit.ts";
import { LONGEST_TARGET, type TargetOf } from "./audit-target.ts";
import type { Refusal } from "./gate.ts";
import { createRefusalCount, outcomeOf } from "./refusal-count.ts";
import type { ServedRoute } from "./served-route.ts";

/** What was done, apart from who did it. */
export interface Deed {
  /** Id of the operation in the OpenAPI document. */
  action: string;
  /** Values that the path of the operation names, as far as they are known. */
  params: Readonly<Record<string, unknown>>;
}

/** Has every change and every refusal written to the audit log. Each door calls it in one place. */
export interface AuditTrail {
  /**
   * Does what a request asks for. The log gets an entry with the first write of the work, or when the work ends or throws.
   * @param work gets the entry, which it may complete
   */
  change<T>(deed: Deed, caller: Caller, work: (draft: AuditDraft) => T | Promise<T>): Promise<T>;
  /** Notes that a field of GraphQL was refused. */
  refuseField(deed: Deed, caller: Caller, error: unknown): void;
  /** Notes that the gate refused a request. */
  refuseRequest(refusal: Refusal): void;
  /** Stores what is only counted so far. */
  flush(): void;
}

/** What {@link createAuditTrail} needs. */
export interface AuditTrailOptions {
  audit: AuditStore;
  routes: () => readonly (ServedRoute & { id?: string; target?: TargetOf })[];
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Codes with which an operation of GraphQL refuses a caller. */
const REFUSALS: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "FORBIDDEN"]);

/** Creates the trail of a server. */
export function createAuditTrail({ audit, routes, clock, onError }: AuditTrailOptions): AuditTrail {
  const refusals = createRefusalCount(
    (draft, outcome, count) => void audit.append(draft, outcome, count).catch(onError),
    clock,
  );
  let targets: ReadonlyMap<string, TargetForm> | undefined;
  const formOf = (action: string): TargetForm | undefined => {
    targets ??= new Map(
      routes().flatMap(({ id, path }) => (id === undefined ? [] : [[id, targetForm(path)] as const])),
    );
    return targets.get(action);
  };
  let ownTargets: ReadonlyMap<string, TargetOf> | undefined;
  /** Returns the function for operations whose path does not contain what they are about. */
  const ownTargetOf = (action: string): TargetOf | undefined => {
    ownTargets ??= new Map(
      routes().flatMap(({ id, target }) => (id === undefined || target === undefined ? [] : [[id, target] as const])),
    );
    return ownTargets.get(action);
  };
  const draftOf = ({ action, params }: Deed, caller: Caller): AuditDraft => ({
    actor: actorOf(caller),
    action,
    target: ownTargetOf(action)?.(params) ?? targetOf(action === UNKNOWN ? UNKNOWN_FORM : formOf(action), params),
    address: caller.address,
  });
  return {
    async change(deed, caller, work) {
      const draft = draftOf(deed, caller);
      try {
        return await audit.during(draft, () => work(draft));
      } catch (error) {
        refusals.add(draft, outcomeOf(error));
        throw error;
      }
    },
    refuseField(deed, caller, error) {
      const outcome = outcomeOf(error);
      if (REFUSALS.has(outcome)) refusals.add(draftOf(deed, caller), outcome);
    },
    refuseRequest({ request, caller, code, identity }) {
      const draft = draftOf(findDeed(request, routes()), caller);
      refusals.add(identity === undefined ? draft : { ...draft, actor: identityActor(identity) }, code);
    },
    flush: refusals.flush,
  };
}

/** Returns true for routes whose requests are changes. Those of GraphQL are found out field by field. */
export function isChange({ method, path, requires }: ServedRoute): boolean {
  return method !== "GET" && path !== "/graphql" && requires.access !== "read";
}

/** The action of a request that matches no route. Its target is the path. */
const UNKNOWN = "unknown";

/** Returns the name of a route in the audit log. */
export function actionOf(route: ServedRoute & { id?: string }): string {
  return route.id ?? `${route.method} ${route.path}`;
}

/** Finds out what a request was about that no route handled. */
function findDeed(request: Request, routes: readonly ServedRoute[]): Deed {
  const { pathname } = new URL(request.url);
  const method = request.method === "HEAD" ? "GET" : request.method;
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, pathname) : undefined;
    if (params !== undefined) return { action: actionOf(route), params };
  }
  // Callers choose such paths, and the number of actions has to be bounded.
  return { action: UNKNOWN, params: { path: pathname.slice(1) } };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** What the targets of an operation have in common: the parts of their path, in which `:id` stands for a parameter. */
type TargetForm = string | readonly string[];

const UNKNOWN_FORM: TargetForm = [":path"];

/**
 * Returns the form of the thing that an operation is about: its path up to the last parameter, such as `jobs/:id` for
 * /api/v1/jobs/:id/cancel, or the first part, such as `queue` for /api/v1/queue/pause.
 */
function targetForm(path: string): TargetForm {
  const parts = path.replace(/^\/(?:api\/v1\/)?/, "").split("/");
  const last = parts.findLastIndex((part) => part.startsWith(":"));
  return last === -1 ? (parts[0] ?? "") : parts.slice(0, last + 1);
}

/** Returns the path of the thing that an operation is about, as far as the parameters are known. */
function targetOf(form: TargetForm | undefined, params: Readonly<Record<string, unknown>>): string | null {
  if (form === undefined) return null;
  if (typeof form === "string") return form;
  const known: string[] = [];
  for (const part of form) {
    const value = part.startsWith(":") ? params[part.slice(1)] : part;
    if (value === undefined || value === null) break;
    known.push(String(value));
  }
  return known.join("/").slice(0, LONGEST_TARGET) || null;
}
