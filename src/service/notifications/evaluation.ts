import { msOf } from "../../config/notification-rules.ts";
import type {
  NewNotificationDelivery,
  NotificationEvent,
  NotificationMessage,
  NotificationRule,
  NotifiedItem,
} from "../../domain/notification.ts";
import type { EvaluationState, EvaluationStep, NotificationWindow } from "../../store/contract/notifications.ts";
import { newMessageId } from "./message-id.ts";
import { type Batch, expire, offer, type Throttle, type Throttled, throttleOf } from "./throttle.ts";

/** A rule that is evaluated. */
export interface ActiveRule extends NotificationRule {
  throttle: Throttle;
  /** The time of its condition, ms; 0 if it has none. */
  limitMs: number;
}

/** Prepares the rules that are enabled. */
export function activeRules(rules: readonly NotificationRule[]): ActiveRule[] {
  return rules
    .filter(({ enabled }) => enabled)
    .map((rule) => {
      const { throttle, longerThan, olderThan } = rule.condition;
      return { ...rule, throttle: throttleOf(msOf(throttle)), limitMs: msOf(longerThan ?? olderThan) ?? 0 };
    });
}

/** What the evaluation of all rules remembers. It changes only when a step is on the disk. */
export class Memory {
  readonly #streaks = new Map<string, number>();
  readonly #streakTasks = new Map<number, number>();
  readonly #reports = new Map<number, Set<string>>();
  readonly #windows = new Map<number, NotificationWindow>();

  constructor(state: EvaluationState) {
    this.add({ ...state, reported: state.reports, ended: [], windows: [], deliveries: [] });
    for (const { ruleId, ...window } of state.windows) this.#windows.set(ruleId, window);
  }

  failures(ruleId: number, taskId: number): number {
    return this.#streaks.get(`${ruleId} ${taskId}`) ?? 0;
  }

  /** Returns true if jobs of a task have failed in a row, for any rule. */
  hasStreak(taskId: number): boolean {
    return this.#streakTasks.has(taskId);
  }

  /** What a rule has reported and what has not ended. */
  reports(ruleId: number): ReadonlySet<string> {
    return this.#reports.get(ruleId) ?? new Set();
  }

  window(ruleId: number): NotificationWindow | undefined {
    return this.#windows.get(ruleId);
  }

  /** When the next window ends, ms since the epoch; undefined without one. */
  nextEnd(): number | undefined {
    return this.#windows.size === 0 ? undefined : Math.min(...[...this.#windows.values()].map(({ endsAt }) => endsAt));
  }

  /** Adds what is on the disk now. */
  add({ streaks, reported, ended, windows }: EvaluationStep): void {
    for (const { ruleId, taskId, failures } of streaks) {
      const key = `${ruleId} ${taskId}`;
      const change = Number(failures > 0) - Number(this.#streaks.has(key));
      if (failures > 0) this.#streaks.set(key, failures);
      else this.#streaks.delete(key);
      const rules = (this.#streakTasks.get(taskId) ?? 0) + change;
      if (rules > 0) this.#streakTasks.set(taskId, rules);
      else this.#streakTasks.delete(taskId);
    }
    for (const { ruleId, subject } of reported) {
      const subjects = this.#reports.get(ruleId) ?? new Set();
      this.#reports.set(ruleId, subjects.add(subject));
    }
    for (const { ruleId, subject } of ended) this.#reports.get(ruleId)?.delete(subject);
    for (const { ruleId, window } of windows) {
      if (window === null) this.#windows.delete(ruleId);
      else this.#windows.set(ruleId, window);
    }
  }
}

/** What one evaluation leads to, before it is stored. */
export class Draft {
  readonly #streaks = new Map<string, EvaluationStep["streaks"][number]>();
  readonly #windows = new Map<number, NotificationWindow | null>();
  readonly #reported: EvaluationStep["reported"][number][] = [];
  readonly #ended: EvaluationStep["ended"][number][] = [];
  readonly #deliveries: NewNotificationDelivery[] = [];

  constructor(
    private readonly memory: Memory,
    private readonly now: number,
  ) {}

  /** Counts one more failure. @returns how many there are in a row */
  fail(ruleId: number, taskId: number): number {
    const key = `${ruleId} ${taskId}`;
    const failures = (this.#streaks.get(key)?.failures ?? this.memory.failures(ruleId, taskId)) + 1;
    this.#streaks.set(key, { ruleId, taskId, failures });
    return failures;
  }

  /** Ends a row of failures. */
  succeed(ruleId: number, taskId: number): void {
    const key = `${ruleId} ${taskId}`;
    const failures = this.#streaks.get(key)?.failures ?? this.memory.failures(ruleId, taskId);
    if (failures > 0) this.#streaks.set(key, { ruleId, taskId, failures: 0 });
  }

  /** Reports an event: now, or when the rule's window ends. */
  report(rule: ActiveRule, item: NotifiedItem): void {
    this.#throttled(rule, offer(this.#window(rule), rule.throttle, item, this.now));
  }

  /** Reports what holds now and was not reported yet, and ends what does not hold any more. */
  reportOnce(rule: ActiveRule, current: ReadonlyMap<string, NotifiedItem>): void {
    const before = this.memory.reports(rule.id);
    for (const [subject, item] of current) {
      if (before.has(subject)) continue;
      this.#reported.push({ ruleId: rule.id, subject });
      this.report(rule, item);
    }
    for (const subject of before) if (!current.has(subject)) this.#ended.push({ ruleId: rule.id, subject });
  }

  /** Ends a window whose time is over. */
  expire(rule: ActiveRule): void {
    if (this.#window(rule) !== undefined) this.#throttled(rule, expire(this.#window(rule), rule.throttle, this.now));
  }

  /** Returns what is to be stored; undefined if nothing has changed. */
  step(): EvaluationStep | undefined {
    const windows = [...this.#windows].map(([ruleId, window]) => ({ ruleId, window }));
    const streaks = [...this.#streaks.values()];
    const [reported, ended, deliveries] = [this.#reported, this.#ended, this.#deliveries];
    const changes = windows.length + streaks.length + reported.length + ended.length + deliveries.length;
    return changes === 0 ? undefined : { windows, streaks, reported, ended, deliveries };
  }

  #window({ id }: ActiveRule): NotificationWindow | undefined {
    const changed = this.#windows.get(id);
    return changed === undefined ? this.memory.window(id) : (changed ?? undefined);
  }

  #throttled(rule: ActiveRule, { window, send }: Throttled): void {
    if (window !== this.#window(rule)) this.#windows.set(rule.id, window ?? null);
    for (const batch of send) this.#deliveries.push(...deliveriesOf(rule, batch, this.now));
  }
}

/** Returns one delivery for each receiver of a rule. */
function deliveriesOf(rule: ActiveRule, { count, items }: Batch, time: number): NewNotificationDelivery[] {
  const type: NotificationEvent = rule.condition.when;
  const message: NotificationMessage = { type, rule: rule.name, time, count, items };
  return rule.targets.map(({ key, shown }) => ({
    ruleId: rule.id,
    targetKey: key,
    target: shown,
    messageId: newMessageId(),
    message,
  }));
}
