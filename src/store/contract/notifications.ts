import type {
  NewNotificationDelivery,
  NewNotificationRule,
  NotificationDelivery,
  NotificationRule,
  NotificationState,
  NotifiedItem,
  TryResult,
} from "../../domain/notification.ts";
import type { Page, PageRequest } from "./page.ts";

/** A window within which events of a rule are held back. */
export interface NotificationWindow {
  /** ms since the epoch. */
  endsAt: number;
  /** Messages that were sent in it. */
  sent: number;
  /** Number of events that were held back. */
  held: number;
  /** The first of them. */
  items: readonly NotifiedItem[];
}

/** Failures in a row of one task. */
export interface NotificationStreak {
  ruleId: number;
  taskId: number;
  /** 0 once a job has completed. */
  failures: number;
}

/** What a rule has reported and what has not ended yet. */
export interface NotificationReport {
  ruleId: number;
  /** Such as `execution:17`. */
  subject: string;
}

/** Everything that the evaluation of rules remembers. */
export interface EvaluationState {
  /** Id of the last event that was evaluated. */
  position: number;
  streaks: readonly NotificationStreak[];
  reports: readonly NotificationReport[];
  windows: readonly (NotificationWindow & { ruleId: number })[];
}

/** What an evaluation leads to. It is stored as a whole. */
export interface EvaluationStep {
  position?: number;
  streaks: readonly NotificationStreak[];
  reported: readonly NotificationReport[];
  ended: readonly NotificationReport[];
  /** null: the window is over. */
  windows: readonly { ruleId: number; window: NotificationWindow | null }[];
  deliveries: readonly NewNotificationDelivery[];
}

/** The deliveries for one receiver of one rule. */
export interface DeliveryLane {
  ruleId: number;
  targetKey: string;
}

/** Selects deliveries that meet all the given conditions. */
export interface NotificationFilter {
  ruleId?: number;
  state?: NotificationState;
}

/** An attempt of a job that runs now. */
export interface RunningAttempt {
  executionId: number;
  jobId: number;
  taskId: number;
  scheduleId: number | null;
  /** ms since the epoch. For a run that has slept: when it would have started if it had not. */
  startedAt: number;
}

/** The job of a task that has waited longest since it could have run. */
export interface OldestJob {
  jobId: number;
  taskId: number;
  /** Since when, ms since the epoch. */
  since: number;
}

/** How a try changes its delivery. */
export interface StoredTry {
  result: TryResult;
  /** ms since the epoch; null if it was the last try. */
  nextTryAt: number | null;
}

/** Rules of notifications, what their evaluation remembers, and deliveries. Each method is one transaction. */
export interface NotificationStore {
  /** All rules by id. Their number is bounded. */
  rules(): Promise<NotificationRule[]>;
  list(page: PageRequest): Promise<Page<NotificationRule>>;
  get(id: number): Promise<NotificationRule | undefined>;
  /** @throws {RatchetError} CONFLICT if the name is taken, or there are too many rules */
  create(rule: NewNotificationRule): Promise<NotificationRule>;
  /**
   * Changes a rule. From then on it is about later events, and what was remembered for it is forgotten.
   * @throws {RatchetError} RULE_NOT_FOUND; CONFLICT if the name is taken
   */
  change(id: number, change: Partial<NewNotificationRule>): Promise<NotificationRule>;
  /** Deletes a rule with its deliveries. @throws {RatchetError} RULE_NOT_FOUND */
  delete(id: number): Promise<void>;
  /** Makes the rules of the configuration those that are given. A rule that did not change keeps what it remembers. */
  configure(rules: readonly NewNotificationRule[]): Promise<void>;
  state(): Promise<EvaluationState>;
  /** Stores what an evaluation leads to, except for rules that were deleted. */
  advance(step: EvaluationStep): Promise<void>;
  /** The receivers for which deliveries wait. */
  lanes(): Promise<DeliveryLane[]>;
  /** The pending delivery of a lane that is tried next; undefined if none waits. */
  next(lane: DeliveryLane): Promise<NotificationDelivery | undefined>;
  recordTry(id: number, attempt: StoredTry): Promise<void>;
  deliveries(filter: NotificationFilter, page: PageRequest): Promise<Page<NotificationDelivery>>;
  countDeliveries(filter: NotificationFilter): Promise<number>;
  /** Attempts of jobs that run now. */
  running(): Promise<RunningAttempt[]>;
  /** The oldest job of each task that has waiting jobs, of tasks whose label matches. */
  oldestJobs(pattern: string): Promise<OldestJob[]>;
}
