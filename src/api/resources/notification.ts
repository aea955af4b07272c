import type { JsonObject } from "../../domain/json.ts";
import {
  NOTIFICATION_EVENTS,
  NOTIFICATION_STATES,
  type NotificationDelivery,
  type NotificationRule,
  RULE_ORIGINS,
  TARGET_TYPES,
  type WrittenDuration,
} from "../../domain/notification.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import { headline } from "../../service/notifications/message-text.ts";
import type { TestResult } from "../../service/notifications/notifier.ts";
import { COUNT, COUNT_OR_NULL, FLAG, ID, SIZE, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, WORDS } from "./parts.ts";
import { definePartialResource, defineResource, type Typed, type View } from "./resource.ts";

/** A receiver, without its secrets. */
export const NOTIFICATION_TARGET = definePartialResource(
  "A receiver of notifications, without its secrets.",
  {
    type: { type: "string", enum: TARGET_TYPES, description: "Kind of receiver: webhook, slack, teams or email." },
    url: {
      ...TEXT,
      description: "URL of the receiver. Of a chat channel only the origin is shown, because its path is a secret.",
    },
    to: { ...WORDS, description: "Addresses of an e-mail." },
  },
  ["url", "to"],
);

const DURATION: Typed<WrittenDuration | null> & { type?: never } = {
  anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }],
};

const CONDITIONS = {
  task: "Pattern of the task's label, in which * stands for any characters. Default: every task.",
  schedule: "Pattern of the schedule's name. Default: every schedule, and jobs without one.",
  source: "Pattern of the source's name, for source.stale. Default: every source.",
  times: "How many jobs of a task have to fail in a row, for job.failed_in_a_row.",
  longerThan: "How long an attempt has to run, for job.slow, such as 10m; a number is in ms.",
  olderThan: "How long a job has to wait, for queue.old, such as 10m; a number is in ms.",
  throttle:
    "The first event is sent at once. Those that follow within this time are sent as one message at its end, with their number. Default: no throttling up to 60 messages a minute.",
} as const;

/** A rule. */
export const NOTIFICATION_RULE = defineResource("A rule that sends messages about events.", {
  id: { ...ID, description: "Id of the rule." },
  name: { ...TEXT, description: "Unique name of the rule." },
  origin: {
    type: "string",
    enum: RULE_ORIGINS,
    description: "configuration if the rule is written in notifications.rules, and can't be changed here; else api.",
  },
  when: { type: "string", enum: NOTIFICATION_EVENTS, description: "What the rule waits for." },
  task: { ...TEXT_OR_NULL, description: CONDITIONS.task },
  schedule: { ...TEXT_OR_NULL, description: CONDITIONS.schedule },
  source: { ...TEXT_OR_NULL, description: CONDITIONS.source },
  times: { ...COUNT_OR_NULL, description: CONDITIONS.times },
  longerThan: { ...DURATION, description: CONDITIONS.longerThan },
  olderThan: { ...DURATION, description: CONDITIONS.olderThan },
  throttle: { ...DURATION, description: CONDITIONS.throttle },
  enabled: { ...FLAG, description: "Whether the rule is evaluated." },
  to: { type: "array", items: NOTIFICATION_TARGET, description: "The receivers." },
  createdAt: { ...TIME, description: "When the rule was created." },
  updatedAt: { ...TIME, description: "When the rule was last changed." },
});

const RESULT = {
  status: { ...COUNT_OR_NULL, description: "HTTP status of the latest response; null if there was none." },
  response: { ...TEXT_OR_NULL, description: "Beginning of the latest response." },
  error: { ...TEXT_OR_NULL, description: "Why the latest try failed; null if it did not." },
} as const;

/** A delivery. */
export const NOTIFICATION_DELIVERY = defineResource("A message for one receiver.", {
  id: { ...ID, description: "Id of the delivery." },
  ruleId: { ...ID, description: "Id of the rule." },
  rule: { ...TEXT, description: "Name of the rule when the message was created." },
  type: { type: "string", enum: NOTIFICATION_EVENTS, description: "What the message is about." },
  target: { ...NOTIFICATION_TARGET, description: "The receiver, without its secrets." },
  messageId: { ...TEXT, description: "Id of the message, the same for each try: webhook-id." },
  message: { ...TEXT, description: "What the message says, in one sentence." },
  count: { ...COUNT, description: "How many events the message is about." },
  state: {
    type: "string",
    enum: NOTIFICATION_STATES,
    description:
      "pending while it waits for a try, delivered once the receiver has accepted it, failed after the last try.",
  },
  tries: { ...COUNT, description: "How often it was tried." },
  ...RESULT,
  nextTryAt: { ...TIME_OR_NULL, description: "When it is tried next; null if it is not." },
  createdAt: { ...TIME, description: "When the message was created." },
  finishedAt: { ...TIME_OR_NULL, description: "When it was delivered or failed; null while it is pending." },
});

/** What receivers did with test messages. */
export const NOTIFICATION_TEST = defineResource("What a receiver did with a test message.", {
  target: { ...NOTIFICATION_TARGET, description: "The receiver, without its secrets." },
  delivered: { ...FLAG, description: "Whether the receiver accepted the message." },
  ...RESULT,
  durationMs: { ...SIZE, description: "How long it took, ms." },
});

/** The results of a test. */
export const NOTIFICATION_TEST_RESULTS = defineResource("What the receivers did with test messages.", {
  items: { type: "array", items: NOTIFICATION_TEST, description: "One result for each receiver." },
});

const SENT_TARGET = {
  type: "object",
  properties: {
    type: NOTIFICATION_TARGET.properties.type,
    url: { type: "string", description: "URL of a webhook, or of a Slack or Teams channel." },
    secret: {
      type: "string",
      description: "Key that signs a webhook (Standard Webhooks): whsec_ and base64. It can't be read back.",
    },
    to: { type: "array", items: { type: "string" }, description: "Addresses of an e-mail." },
  },
  required: ["type"],
  additionalProperties: false,
} as const;

const OPTIONAL_TEXT = { type: ["string", "null"] } as const;
const OPTIONAL_DURATION = { type: ["string", "integer", "null"] } as const;

const PROPERTIES = {
  name: { type: "string", description: NOTIFICATION_RULE.properties.name.description },
  when: { type: "string", enum: NOTIFICATION_EVENTS, description: NOTIFICATION_RULE.properties.when.description },
  task: { ...OPTIONAL_TEXT, description: CONDITIONS.task },
  schedule: { ...OPTIONAL_TEXT, description: CONDITIONS.schedule },
  source: { ...OPTIONAL_TEXT, description: CONDITIONS.source },
  times: { type: ["integer", "null"], description: CONDITIONS.times },
  longerThan: { ...OPTIONAL_DURATION, description: CONDITIONS.longerThan },
  olderThan: { ...OPTIONAL_DURATION, description: CONDITIONS.olderThan },
  throttle: { ...OPTIONAL_DURATION, description: CONDITIONS.throttle },
  enabled: { type: "boolean", default: true, description: NOTIFICATION_RULE.properties.enabled.description },
  to: { type: "array", items: SENT_TARGET, description: "1 to 10 receivers." },
} as const;

/** A request for a new rule. */
export const NEW_NOTIFICATION_RULE = {
  type: "object",
  properties: PROPERTIES,
  required: ["name", "when", "to"],
  additionalProperties: false,
} as const;

/** Changes to a rule. null removes an optional condition. A receiver can be sent back as it was shown. */
export const NOTIFICATION_RULE_CHANGE = {
  type: "object",
  properties: PROPERTIES,
  additionalProperties: false,
} as const;

/** A rule as REST shows it. */
export function ruleView(rule: NotificationRule): View<typeof NOTIFICATION_RULE> {
  const { id, name, origin, condition, enabled, targets, createdAt, updatedAt } = rule;
  const { when, task, schedule, source, times, longerThan, olderThan, throttle } = condition;
  return {
    id,
    name,
    origin,
    when,
    task: task ?? null,
    schedule: schedule ?? null,
    source: source ?? null,
    times: times ?? null,
    longerThan: longerThan ?? null,
    olderThan: olderThan ?? null,
    throttle: throttle ?? null,
    enabled,
    to: targets.map(({ shown }) => shown),
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
  };
}

/** A delivery as REST shows it. */
export function notificationView(delivery: NotificationDelivery): View<typeof NOTIFICATION_DELIVERY> {
  const { message, targetKey: _key, createdAt, finishedAt, nextTryAt, ...rest } = delivery;
  return {
    ...rest,
    rule: message.rule,
    // Test messages are not stored.
    type: message.type as Exclude<typeof message.type, "notification.test">,
    message: headline(message),
    count: message.count,
    nextTryAt: timeTextOrNull(nextTryAt),
    createdAt: timeText(createdAt),
    finishedAt: timeTextOrNull(finishedAt),
  };
}

/** The result of a test as REST shows it. */
export function testView({
  target,
  delivered,
  status,
  response,
  error,
  durationMs,
}: TestResult): View<typeof NOTIFICATION_TEST> {
  return { target, delivered, status, response, error, durationMs };
}

const CREATED_AT = "2026-11-29T08:00:00.000Z";

/** A rule for the examples of the OpenAPI document. */
export const NOTIFICATION_RULE_EXAMPLE = {
  id: 1,
  name: "billing failures",
  origin: "api",
  when: "job.failed",
  task: "billing-*",
  schedule: null,
  source: null,
  times: null,
  longerThan: null,
  olderThan: null,
  throttle: "10m",
  enabled: true,
  to: [{ type: "webhook", url: "https://ops.example.org/hooks/ratchet" }],
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
} satisfies JsonObject;

/** A delivery for the examples of the OpenAPI document. */
export const NOTIFICATION_DELIVERY_EXAMPLE = {
  id: 7,
  ruleId: 1,
  rule: "billing failures",
  type: "job.failed",
  target: { type: "webhook", url: "https://ops.example.org/hooks/ratchet" },
  messageId: "msg_0b6f3c0e5d1f4a3f9d3b7c1e2a4d5f60",
  message: "Job 17 of billing-invoice has failed.",
  count: 1,
  state: "delivered",
  tries: 1,
  status: 200,
  response: "ok",
  error: null,
  nextTryAt: null,
  createdAt: CREATED_AT,
  finishedAt: CREATED_AT,
} satisfies JsonObject;
