import { RatchetError } from "../../domain/errors.ts";
import type {
  NotificationDelivery,
  NotificationRule,
  ShownTarget,
  TryResult,
  WrittenRule,
} from "../../domain/notification.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Service } from "../../lib/service.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { Store } from "../../store/contract/store.ts";
import { createEvaluator } from "./evaluator.ts";
import { newMessageId } from "./message-id.ts";
import { conditionOf } from "./rule-request.ts";
import { createTargetVault, keyOf, storedTargets, type TargetVault } from "./rule-targets.ts";
import { type Post, sendMessage } from "./send-message.ts";
import { createSender } from "./sender.ts";

/** What a receiver did with a test message. */
export interface TestResult extends TryResult {
  target: ShownTarget;
  durationMs: number;
}

/** What the use cases of notifications need from what runs. */
export interface Notifications {
  targets: TargetVault;
  /** Changes rules, and uses them from then on. */
  change<T>(work: () => Promise<T>): Promise<T>;
  /** Sends a test message to each receiver of a rule. @throws {RatchetError} ENVIRONMENT if they can't be decrypted */
  test(rule: NotificationRule): Promise<TestResult[]>;
  /** Whether a server sends e-mail. */
  hasMail: boolean;
}

/** Settings and dependencies of notifications. */
export interface NotifierOptions {
  store: Pick<Store, "notifications" | "events" | "tasks" | "schedules">;
  vault: Pick<Vault, "sealer" | "ensureSealer" | "latest">;
  clock: Clock;
  sources: () => readonly SourceStatus[];
  post: Post;
  /** The rules of the configuration. */
  configured: readonly WrittenRule[];
  onError: (error: unknown) => void;
}

/** Evaluates rules and sends messages. */
export interface Notifier extends Service, Notifications {}

/** Creates what evaluates rules and sends messages. Nothing happens before it starts. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { store, vault, clock, sources, post, configured, onError } = options;
  const { notifications } = store;
  const targets = createTargetVault(vault, configured);
  const stopping = new AbortController();
  const sender = createSender({
    notifications,
    clock,
    send: (delivery, stopped) => sendStored(options, targets, delivery, stopped),
    onError,
  });
  const evaluator = createEvaluator({
    store,
    clock,
    sources,
    async masker() {
      const masker = (await vault.latest())?.masker;
      return (text) => masker?.text(text) ?? text;
    },
    onDeliveries: sender.wake,
    onError,
  });
  return {
    name: "notifications",
    async start() {
      checkMail(configured, post);
      await notifications.configure(configured.map(configuredRule));
      await evaluator.start();
      await sender.start();
    },
    async stop() {
      stopping.abort();
      await evaluator.stop();
      await sender.stop();
    },
    targets,
    change: evaluator.change,
    test: (rule) => testRule(options, targets, rule, stopping.signal),
    hasMail: post.mail !== undefined,
  };
}

function configuredRule(rule: WrittenRule) {
  const { name, enabled, to } = rule;
  const condition = conditionOf(rule);
  return { name, origin: "configuration", condition, enabled, targets: storedTargets(to), sealed: null } as const;
}

/** @throws {RatchetError} CONFIG_INVALID if a rule sends e-mail and no server does */
function checkMail(rules: readonly WrittenRule[], { mail }: Post): void {
  const rule = rules.find(({ to }) => to.some(({ type }) => type === "email"));
  if (mail !== undefined || rule === undefined) return;
  const message = `notifications.rules: the rule ${JSON.stringify(rule.name)} sends e-mail, but notifications.smtp.url is not set.`;
  throw new RatchetError("CONFIG_INVALID", message, { remedy: "Set notifications.smtp.url." });
}

async function sendStored(
  { store, post }: NotifierOptions,
  targets: TargetVault,
  { ruleId, targetKey, messageId: id, message }: NotificationDelivery,
  stopped: AbortSignal,
): Promise<TryResult> {
  try {
    const rule = await store.notifications.get(ruleId);
    const all = rule === undefined ? [] : await targets.open(rule);
    const target = all.find((one) => keyOf(one) === targetKey);
    if (target === undefined) return { ...notSent("the rule no longer has this receiver"), isFinal: true };
    return await sendMessage(post, { id, target, message }, stopped);
  } catch (error) {
    if (error instanceof RatchetError) return notSent(error.message);
    throw error;
  }
}

const notSent = (error: string): TryResult => ({ delivered: false, status: null, response: null, error });

async function testRule(
  { clock, post }: NotifierOptions,
  targets: TargetVault,
  rule: NotificationRule,
  stopped: AbortSignal,
): Promise<TestResult[]> {
  const all = await targets.open(rule);
  const shown = new Map(rule.targets.map((target) => [target.key, target.shown]));
  const message = { type: "notification.test", rule: rule.name, time: clock.now(), count: 1, items: [] } as const;
  return Promise.all(
    all.map(async (target) => {
      const started = clock.monotonic();
      const result = await sendMessage(post, { id: newMessageId(), target, message }, stopped);
      const durationMs = Math.round(clock.monotonic() - started);
      return { target: shown.get(keyOf(target)) ?? { type: target.type }, ...result, durationMs };
    }),
  );
}
