/** What a rule waits for. */
export const NOTIFICATION_EVENTS = [
  "job.failed",
  "job.failed_in_a_row",
  "job.slow",
  "schedule.paused",
  "schedule.missed",
  "source.stale",
  "queue.old",
] as const;

/** One of the {@link NOTIFICATION_EVENTS}. */
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** Kinds of receivers. */
export const TARGET_TYPES = ["webhook", "slack", "teams", "email"] as const;

/** One of the {@link TARGET_TYPES}. */
export type TargetType = (typeof TARGET_TYPES)[number];

/** A duration as it was written: text such as `10m`, or ms. */
export type WrittenDuration = string | number;

/** What a rule waits for, as it was written. The patterns are of labels and names; only `*` is special in them. */
export interface NotificationCondition {
  when: NotificationEvent;
  /** Pattern of the task's label. @default every task */
  task?: string;
  /** Pattern of the schedule's name. @default every schedule, and jobs without one */
  schedule?: string;
  /** Pattern of the source's name. @default every source */
  source?: string;
  /** How many jobs fail in a row, for `job.failed_in_a_row`. */
  times?: number;
  /** How long an attempt runs, for `job.slow`. */
  longerThan?: WrittenDuration;
  /** How long a job has waited, for `queue.old`. */
  olderThan?: WrittenDuration;
  /** Length of the window whose further events become one message. @default no window */
  throttle?: WrittenDuration;
}

/** A receiver with everything that is needed to send to it. */
export type NotificationTarget =
  | { type: "webhook"; url: string; secret: string }
  | { type: "slack" | "teams"; url: string }
  | { type: "email"; to: readonly string[] };

/** A receiver as it may be shown: without secrets. The URL of a chat channel is one, but for its origin. */
export type ShownTarget = { type: TargetType; url?: string; to?: readonly string[] };

/** A receiver as stored next to its encrypted secrets. */
export interface StoredTarget {
  /** Stays the same while the rule changes, so that deliveries find their receiver. */
  key: string;
  shown: ShownTarget;
}

/** Where a rule is written. */
export const RULE_ORIGINS = ["api", "configuration"] as const;

/** One of the {@link RULE_ORIGINS}. */
export type RuleOrigin = (typeof RULE_ORIGINS)[number];

/** A rule as written in the configuration, or sent to the server. */
export interface WrittenRule extends NotificationCondition {
  /** Unique among the rules of its origin. */
  name: string;
  enabled: boolean;
  to: readonly NotificationTarget[];
}

/** What the store adds to nothing: a rule to be stored. */
export interface NewNotificationRule {
  name: string;
  origin: RuleOrigin;
  condition: NotificationCondition;
  enabled: boolean;
  targets: readonly StoredTarget[];
  /** The receivers, encrypted; null if the configuration has them. */
  sealed: string | null;
}

/** A rule as stored. Times are ms since the epoch. */
export interface NotificationRule extends NewNotificationRule {
  id: number;
  /** Id of the last event before the rule was created, changed or enabled: it is about later ones. */
  afterEvent: number;
  createdAt: number;
  updatedAt: number;
}

/** Maximum number of rules of a server. */
export const MAX_NOTIFICATION_RULES = 100;
/** Maximum number of receivers of a rule. */
export const MAX_TARGETS = 10;
/** Maximum number of addresses of an e-mail. */
export const MAX_ADDRESSES = 20;
/** Deliveries that may wait for one receiver. Further ones fail at once. */
export const MAX_PENDING_DELIVERIES = 1_000;

/** One event that a message reports. */
export interface NotifiedItem {
  /** What happened, in one sentence. */
  text: string;
  /** ms since the epoch. */
  time: number;
  task?: string;
  jobId?: number;
  executionId?: number;
  schedule?: string;
  source?: string;
  error?: { code?: string; type?: string; message: string };
  /** Path of the page about it, such as `/jobs/17`. */
  path: string;
  /** How many jobs have failed in a row. */
  times?: number;
  /** How long it has taken so far, or has waited, ms. */
  ms?: number;
}

/** A message, before it gets the form of its receiver. */
export interface NotificationMessage {
  type: NotificationEvent | "notification.test";
  /** Name of the rule. */
  rule: string;
  /** When the first of its events was evaluated, ms since the epoch. */
  time: number;
  /** How many events it reports. */
  count: number;
  /** The first of them. */
  items: readonly NotifiedItem[];
}

/** Items that a message contains; the others are only counted. */
export const MAX_ITEMS = 20;

/**
 * - `pending`: it waits for its first or next try
 * - `delivered`: the receiver accepted it
 * - `failed`: all tries failed, or its receiver is gone
 */
export const NOTIFICATION_STATES = ["pending", "delivered", "failed"] as const;

/** One of the {@link NOTIFICATION_STATES}. */
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** A message for one receiver. */
export interface NewNotificationDelivery {
  ruleId: number;
  /** {@link StoredTarget.key} */
  targetKey: string;
  target: ShownTarget;
  /** The same for each try: `webhook-id`. */
  messageId: string;
  message: NotificationMessage;
}

/** A message for one receiver as stored. Times are ms since the epoch. */
export interface NotificationDelivery extends NewNotificationDelivery {
  id: number;
  state: NotificationState;
  tries: number;
  /** HTTP status of the latest response; null if there was none. */
  status: number | null;
  /** Beginning of the latest response. */
  response: string | null;
  /** Why the latest try failed. */
  error: string | null;
  /** When it is tried next; null if it is not. */
  nextTryAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

/** How a try ended. */
export interface TryResult {
  delivered: boolean;
  status: number | null;
  response: string | null;
  error: string | null;
  /** The receiver asks to wait this long, ms. */
  retryAfterMs?: number;
  /** Another try can't end otherwise. @default false */
  isFinal?: boolean;
}
