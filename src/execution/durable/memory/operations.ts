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
import { formatBound } from "../../../lib/duration.ts";
import { approvalResult, completed, failed, timedOut } from "../results.ts";
import { schemaCheck } from "../signal-schema.ts";
import type { GivenApproval } from "./approval-box.ts";
import { atTime } from "./at-time.ts";
import { beginCall } from "./call-operation.ts";
import { beginMap } from "./map-operation.ts";
import type { OpenOperation, OperationContext } from "./run-surroundings.ts";

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

function wait({ name, schema, timeoutMs }: WaitRequest, context: OperationContext): OpenOperation {
  const { clock, signals, settle } = context;
  const what = `the signal "${name}"`;
  const timer =
    timeoutMs === undefined
      ? undefined
      : atTime(clock, clock.now() + timeoutMs, () => end(timedOut(`waiting for ${what}`, formatBound(timeoutMs))));
  let leave = () => {};
  let isOver = false;
  const cancel = () => {
    isOver = true;
    timer?.cancel();
    leave();
  };
  const end = (result: DurableResult) => {
    cancel();
    settle(result);
  };
  const joining = schemaCheck(schema, what).then((compiled) => {
    if (isOver) return;
    if ("error" in compiled) return end(failed(compiled.error));
    leave = signals.wait({
      name,
      check: compiled.check,
      take: (payload) => end(completed(JSON.stringify(payload))),
      nobody: timer === undefined ? () => end(failed(nobodyToAnswer(`nobody sends ${what}`))) : undefined,
    });
    if (isOver) leave();
  });
  context.works(joining);
  return { cancel };
}

function approve(request: ApproveRequest, context: OperationContext): OpenOperation {
  const { title, timeoutMs, onTimeout } = request;
  const { clock, approvals, settle } = context;
  const answer = approvals.answer(title);
  if (answer !== undefined) {
    context.works(decide(request, answer, clock.now()).then(settle));
    return NOTHING;
  }
  if (timeoutMs === undefined) {
    settle(failed(nobodyToAnswer(`nobody decides about "${title}"`)));
    return NOTHING;
  }
  return atTime(clock, clock.now() + timeoutMs, () => {
    if (onTimeout === "fail") settle(timedOut(`the approval "${title}"`, formatBound(timeoutMs)));
    else settle(approvalResult({ approved: onTimeout === "approve", by: null, at: clock.now(), input: null }));
  });
}

/** Checks the input of a decision, and returns its result. */
async function decide({ title, schema }: ApproveRequest, answer: GivenApproval, at: number): Promise<DurableResult> {
  const { approved, input = null, by } = answer;
  if (approved) {
    const compiled = await schemaCheck(schema, `the input of the approval "${title}"`);
    const wrong = "error" in compiled ? compiled.error : answer.input === undefined ? undefined : compiled.check(input);
    if (wrong !== undefined) return failed(wrong);
  }
  return approvalResult({ approved, by, at, input });
}

/** The error of a wait that can't end. */
export function nobodyToAnswer(message: string): DurableError {
  return { name: "Error", code: "NOBODY_TO_ANSWER", message: `${message}, and the wait has no timeout` };
}
