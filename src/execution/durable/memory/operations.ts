import type {
  ApproveRequest,
  DurableError,
  DurableRequest,
  DurableResult,
  EmitRequest,
  SleepRequest,
  StepRequest,
  WaitRequest,
} from "../../../domain/durable.ts";
import { approvalResult, completed, failed } from "../results.ts";
import { inputOf, schemaCheck, schemaProblem, signalNamed } from "../signal-schema.ts";
import { timedOut } from "../time-out.ts";
import type { GivenApproval } from "./approval-box.ts";
import { atTime } from "./at-time.ts";
import { beginCall } from "./call-operation.ts";
import { beginMap } from "./map-operation.ts";
import type { OpenOperation, OperationContext } from "./run-surroundings.ts";

/** How many names a message has. */
const MOST_NAMES = 5;

/** How long a wait that nobody has answered stays unmentioned, ms. */
const UNMENTIONED_MS = 5_000;

const NOTHING: OpenOperation = { cancel: () => {} };

/** Begins to carry out an operation. */
export function beginOperation(request: DurableRequest, context: OperationContext): OpenOperation {
  switch (request.kind) {
    case "sleep":
      return sleep(request, context);
    case "call":
      return beginCall(request, context);
    case "map":
      return beginMap(request, context);
    case "wait":
      return wait(request, context);
    case "approve":
      return approve(request, context);
    case "emit":
      return emit(request, context);
    case "step":
      return unexpected(request, context);
  }
}

function sleep({ until }: SleepRequest, { clock, settle }: OperationContext): OpenOperation {
  if (until <= clock.now()) {
    settle(completed());
    return NOTHING;
  }
  return atTime(clock, until, () => settle(completed()));
}

function emit({ name, value }: EmitRequest, { onEmit, settle }: OperationContext): OpenOperation {
  onEmit(name, value);
  settle(completed());
  return NOTHING;
}

/** The guest opens no step. */
function unexpected({ name }: StepRequest, { settle }: OperationContext): OpenOperation {
  settle(failed({ name: "TypeError", message: `the step ${name} was opened instead of recorded` }));
  return NOTHING;
}

function wait(request: WaitRequest, context: OperationContext): OpenOperation {
  const { name, schema, timeoutMs } = request;
  const { clock, signals, settle } = context;
  const what = signalNamed(name);
  const timer =
    timeoutMs === undefined ? undefined : atTime(clock, clock.now() + timeoutMs, () => end(timedOut(request)));
  const mention = mentionLater(what, timeoutMs, context);
  let leave = () => {};
  let isOver = false;
  const cancel = () => {
    isOver = true;
    timer?.cancel();
    mention.cancel();
    leave();
  };
  const end = (result: DurableResult) => {
    cancel();
    settle(result);
  };
  const nobody = () => {
    const unused = signals.untaken().map(({ name: other }) => other);
    end(failed(nobodyToAnswer(`nobody sends ${what}`, unused, context.whyNobody)));
  };
  const joining = schemaCheck(schema, what).then((compiled) => {
    if (isOver) return;
    if ("error" in compiled) return end(failed(compiled.error));
    leave = signals.wait({
      name,
      check: compiled.check,
      take: (payload) => end(completed(JSON.stringify(payload))),
      nobody: timer === undefined ? nobody : undefined,
    });
    if (isOver) leave();
  });
  context.works(joining);
  return { cancel };
}

function approve(request: ApproveRequest, context: OperationContext): OpenOperation {
  const answer = context.approvals.answer(request.title);
  if (request.schema === undefined) return awaitDecision(request, answer, context);
  let isOver = false;
  let open = NOTHING;
  const checking = schemaProblem(request).then((problem) => {
    if (isOver) return;
    if (problem !== undefined) context.settle(failed(problem));
    else open = awaitDecision(request, answer, context);
  });
  context.works(checking);
  return {
    cancel() {
      isOver = true;
      open.cancel();
    },
  };
}

function awaitDecision(
  request: ApproveRequest,
  answer: GivenApproval | undefined,
  context: OperationContext,
): OpenOperation {
  const { clock, approvals, settle, works, whyNobody } = context;
  const { title, timeoutMs, onTimeout } = request;
  if (answer !== undefined) {
    works(decide(request, answer, clock.now()).then(settle));
    return NOTHING;
  }
  if (timeoutMs === undefined) {
    const unused = approvals.unused().map(({ title: other }) => other ?? "");
    settle(failed(nobodyToAnswer(`nobody decides about ${JSON.stringify(title)}`, unused, whyNobody)));
    return NOTHING;
  }
  const mention = mentionLater(`a decision about ${JSON.stringify(title)}`, timeoutMs, context);
  const timer = atTime(clock, clock.now() + timeoutMs, () => {
    if (onTimeout === "fail") settle(timedOut(request));
    else settle(approvalResult({ approved: onTimeout === "approve", by: null, at: clock.now(), input: null }));
  });
  return {
    cancel() {
      mention.cancel();
      timer.cancel();
    },
  };
}

/** Mentions a wait to those who look on, unless it is over soon: it could go on for days without a word. */
function mentionLater(
  what: string,
  timeoutMs: number | undefined,
  { clock, onLongWait }: OperationContext,
): OpenOperation {
  if (onLongWait === undefined || timeoutMs === undefined || timeoutMs <= UNMENTIONED_MS) return NOTHING;
  const now = clock.now();
  return atTime(clock, now + UNMENTIONED_MS, () => onLongWait(what, now + timeoutMs));
}

/** Checks the input of a decision, and returns its result. */
async function decide({ title, schema }: ApproveRequest, answer: GivenApproval, at: number): Promise<DurableResult> {
  const { approved, by } = answer;
  // A form that was left empty, as on a server.
  const { input = approved && schema !== undefined ? {} : null } = answer;
  if (approved) {
    const compiled = await schemaCheck(schema, inputOf(title));
    const wrong = "error" in compiled ? compiled.error : compiled.check(input);
    if (wrong !== undefined) return failed(wrong);
  }
  return approvalResult({ approved, by, at, input });
}

/** The error of a wait that can't end. @param unused names of answers for something else, among which may be a misspelt one */
function nobodyToAnswer(message: string, unused: readonly string[], why: string | undefined): DurableError {
  const names = [...new Set(unused)].slice(0, MOST_NAMES).map((name) => JSON.stringify(name));
  const others = names.length === 0 ? "" : `; nothing has asked for ${names.join(", ")}`;
  const reason = why === undefined ? others : `: ${why}`;
  return { name: "Error", code: "NOBODY_TO_ANSWER", message: `${message}, and the wait has no timeout${reason}` };
}
