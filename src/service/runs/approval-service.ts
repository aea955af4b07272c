import type { ApproveRequest } from "../../domain/durable.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { noApproval } from "../../domain/not-found.ts";
import type { Principal } from "../../domain/principal.ts";
import { readText, utf8Length } from "../../domain/shared-text.ts";
import { approvalResult } from "../../execution/durable/results.ts";
import { defined } from "../../lib/defined.ts";
import type { Approval, ApprovalFilter } from "../../store/contract/approvals.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import { createRunProtection } from "../../workflow/run-protection.ts";
import { readRequest } from "../../workflow/stored-request.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkLength } from "../request-checks.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import { inputText } from "../tasks/runnable-task.ts";
import { fitsSchema } from "./fits-schema.ts";
import { mayDecide } from "./may-decide.ts";
import { checkValueSize } from "./send-signal.ts";
import { type TextMasker, textMasker } from "./text-masker.ts";

/** Longest comment of a decision, characters. */
export const LONGEST_COMMENT = 2_000;

/** The decisions that can be made. */
export const DECISIONS = ["approve", "reject"] as const;

/** A decision that a caller asks for. */
export interface DecisionRequest {
  decision: (typeof DECISIONS)[number];
  /** What the form has. @default none */
  input?: unknown;
  comment?: string | undefined;
}

/** Selects approvals. */
export interface ApprovalConditions extends Pick<ApprovalFilter, "status" | "executionId"> {
  task?: TaskReference;
}

/** An approval as it is shown: nothing of it is the value of a secret. */
export interface ShownApproval extends Omit<Approval, "request" | "who"> {
  /** JSON Schema of the input that a decision takes; null if the task has given none. */
  schema: JsonValue;
  /** Roles and names of users; null: whoever may handle jobs. */
  who: string[] | null;
  onTimeout: ApproveRequest["onTimeout"];
}

/** Questions of runs to people. */
export interface ApprovalService {
  /** @throws {RatchetError} TASK_NOT_FOUND, USAGE */
  list(conditions: ApprovalConditions, page: PageRequest): Promise<Page<ShownApproval>>;
  /** Returns undefined if there is no such approval. */
  find(id: number): Promise<ShownApproval | undefined>;
  /** @throws {RatchetError} APPROVAL_NOT_FOUND */
  get(id: number): Promise<ShownApproval>;
  /**
   * Decides about an approval, and the run goes on.
   * @param by who decides
   * @param pointer where the members are in the request
   * @throws {RatchetError} APPROVAL_NOT_FOUND; FORBIDDEN for somebody whom it does not name; CONFLICT once it is decided;
   *   INVALID_INPUT, SIGNAL_LIMIT, USAGE
   */
  decide(id: number, request: DecisionRequest, by: Principal, pointer: string): Promise<ShownApproval>;
}

/** Creates the service of approvals. */
export function createApprovalService(deps: Pick<ServiceDependencies, "store" | "vault">): ApprovalService {
  const { store, vault } = deps;
  const { runs } = store;
  const find = async (id: number): Promise<Approval> => {
    const approval = await runs.approval(id);
    if (approval === undefined) throw noApproval(id);
    return approval;
  };
  const shown = async (approval: Approval) => shownApproval(approval, await textMasker(vault));
  return {
    async list({ task, ...filter }, page) {
      const taskId = await taskIdOf(store.tasks, task);
      const { items, nextCursor } = await runs.approvals({ ...filter, ...defined({ taskId }) }, page);
      const masker = await textMasker(vault);
      return { items: items.map((one) => shownApproval(one, masker)), nextCursor };
    },
    async find(id) {
      const approval = await runs.approval(id);
      return approval === undefined ? undefined : shown(approval);
    },
    get: async (id) => shown(await find(id)),
    async decide(id, request, by, pointer) {
      const approval = await find(id);
      if (!mayDecide(by, readWho(approval))) throw mayNotDecide(by, approval);
      if (approval.status !== "pending") throw alreadyDecided(approval);
      checkLength(request.comment, `${pointer}/comment`, LONGEST_COMMENT);
      const input = await decisionInput(deps, approval, request, pointer);
      const approved = request.decision === "approve";
      const name = nameOf(by);
      const result = approvalResult({ approved, by: name, at: Date.now(), input });
      const text = await createRunProtection(vault).protect(JSON.stringify(result));
      const comment = request.comment ?? null;
      return shown(await runs.decide({ id, approved, by: name, comment, result: { ok: true, text } }));
    },
  };
}

/**
 * Returns the input of a decision. Where a form has nothing that must be filled in, none has to be given.
 * @throws {RatchetError} INVALID_INPUT, SIGNAL_LIMIT
 */
async function decisionInput(
  { vault }: Pick<ServiceDependencies, "vault">,
  approval: Approval,
  { decision, input }: DecisionRequest,
  pointer: string,
): Promise<JsonValue> {
  const place = `${pointer}/input`;
  const restored = await createRunProtection(vault).restore(approval.request);
  const { schema } = readRequest(restored).request as ApproveRequest;
  if (input === undefined && (decision === "reject" || schema === undefined)) return null;
  const text = input === undefined ? "{}" : readText(inputText(input, place));
  checkValueSize(utf8Length(text));
  const value = JSON.parse(text) as JsonValue;
  // With a schema that is not valid, the task has got an error instead of a question.
  await fitsSchema(vault, { schema, value }, { what: "The input", pointer: place });
  return value;
}

/** What the request has of secrets was replaced when it was stored. */
function shownApproval({ request, ...approval }: Approval, masker: TextMasker): ShownApproval {
  const { schema = null, onTimeout } = readRequest(request).request as ApproveRequest;
  return { ...approval, title: masker.text(approval.title), who: readWho(approval), schema, onTimeout };
}

function readWho({ who }: Pick<Approval, "who">): string[] | null {
  return who === null ? null : (JSON.parse(who) as string[]);
}

/** The name of somebody for people. That of a key says that it is one. */
function nameOf({ kind, name }: Principal): string {
  return kind === "key" ? `key:${name}` : name;
}

function mayNotDecide({ name, role }: Principal, approval: Approval): RatchetError {
  const who = readWho(approval) ?? ["operator"];
  return new RatchetError(
    "FORBIDDEN",
    `Approval ${approval.id} is decided by ${who.join(", ")}; ${JSON.stringify(name)} has the role ${role}.`,
    { data: { approvalId: approval.id, who }, remedy: "Ask one of them to decide." },
  );
}

function alreadyDecided({ id, status, decidedBy }: Approval): RatchetError {
  const by = decidedBy === null ? "" : ` by ${decidedBy}`;
  return new RatchetError("CONFLICT", `Approval ${id} is ${status}${by}, so it can't be decided any more.`, {
    data: { approvalId: id, status, decidedBy },
    remedy: "List the approvals that are pending.",
  });
}
