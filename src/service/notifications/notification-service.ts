import { RatchetError } from "../../domain/errors.ts";
import { noRule } from "../../domain/not-found.ts";
import {
  NOTIFICATION_STATES,
  type NotificationDelivery,
  type NotificationRule,
  type NotificationState,
  type WrittenRule,
} from "../../domain/notification.ts";
import { defined } from "../../lib/defined.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { wrongMember } from "../request-checks.ts";
import type { TestResult } from "./notifier.ts";
import { changedRule, conditionOf, type RuleChange, type RuleRequest, writtenRule } from "./rule-request.ts";
import { storedTargets } from "./rule-targets.ts";

/** Conditions on deliveries, as callers write them. */
export interface NotificationConditions {
  /** Id of a rule. */
  rule?: number;
  state?: string;
}

/** Rules of notifications and their deliveries. Each method that takes an id throws RULE_NOT_FOUND if there is no such rule. */
export interface NotificationService {
  /** @throws {RatchetError} USAGE; CONFLICT if the name is taken; ENVIRONMENT, CONFIG_INVALID for the master key */
  create(request: RuleRequest, pointer: string): Promise<NotificationRule>;
  list(page: PageRequest): Promise<Page<NotificationRule>>;
  get(id: number): Promise<NotificationRule>;
  /** Returns all rules by id. */
  all(): Promise<NotificationRule[]>;
  /** @throws {RatchetError} as {@link create}; CONFLICT for a rule of the configuration */
  change(id: number, change: RuleChange, pointer: string): Promise<NotificationRule>;
  /** Deletes a rule with its deliveries. @throws {RatchetError} CONFLICT for a rule of the configuration */
  delete(id: number): Promise<void>;
  /** Sends a test message to each receiver of a rule. */
  test(id: number): Promise<TestResult[]>;
  /** @throws {RatchetError} USAGE */
  deliveries(conditions: NotificationConditions, page: PageRequest): Promise<Page<NotificationDelivery>>;
  countDeliveries(conditions: NotificationConditions): Promise<number>;
}

/** Creates the service of notifications. */
export function createNotificationService({ store, notifier }: ServiceDependencies): NotificationService {
  const { notifications } = store;
  const get = async (id: number): Promise<NotificationRule> => {
    const rule = await notifications.get(id);
    if (rule === undefined) throw noRule(id);
    return rule;
  };
  const changeable = async (id: number): Promise<NotificationRule> => {
    const rule = await get(id);
    if (rule.origin === "configuration") throw isConfigured(rule);
    return rule;
  };
  const written = async (rule: WrittenRule, pointer: string) => {
    checkMail(rule, notifier.hasMail, pointer);
    const { name, enabled, to } = rule;
    const sealed = await notifier.targets.seal(to);
    return { name, origin: "api", enabled, condition: conditionOf(rule), targets: storedTargets(to), sealed } as const;
  };
  return {
    async create(request, pointer) {
      const rule = await written(writtenRule(request, pointer), pointer);
      return notifier.change(() => notifications.create(rule));
    },
    list: (page) => notifications.list(page),
    get,
    all: () => notifications.rules(),
    async change(id, change, pointer) {
      const rule = await changeable(id);
      const changed = changedRule({ rule, targets: await notifier.targets.open(rule) }, change, pointer);
      const next = await written(changed, pointer);
      return notifier.change(() => notifications.change(id, next));
    },
    async delete(id) {
      await changeable(id);
      await notifier.change(() => notifications.delete(id));
    },
    test: async (id) => notifier.test(await get(id)),
    deliveries: async (conditions, page) => notifications.deliveries(filterOf(conditions), page),
    countDeliveries: async (conditions) => notifications.countDeliveries(filterOf(conditions)),
  };
}

function filterOf({ rule: ruleId, state }: NotificationConditions) {
  if (state !== undefined && !(NOTIFICATION_STATES as readonly string[]).includes(state)) {
    throw wrongMember("/state", `must be one of ${NOTIFICATION_STATES.join(", ")}`);
  }
  return defined({ ruleId, state: state as NotificationState | undefined });
}

function checkMail({ to }: WrittenRule, hasMail: boolean, pointer: string): void {
  const at = to.findIndex(({ type }) => type === "email");
  if (at === -1 || hasMail) return;
  const message = "is an e-mail, but no server sends e-mail";
  throw wrongMember(`${pointer}/to/${at}`, message, "Set notifications.smtp.url in the configuration of the server.");
}

function isConfigured({ id, name }: NotificationRule): RatchetError {
  return new RatchetError("CONFLICT", `The rule ${JSON.stringify(name)} is one of the configuration.`, {
    data: { ruleId: id },
    remedy: "Change it in notifications.rules of the configuration, and start the server again.",
  });
}
