import { createHash } from "node:crypto";
import { shownTarget } from "../../config/notification-targets.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { NotificationRule, NotificationTarget, StoredTarget, WrittenRule } from "../../domain/notification.ts";
import type { Vault } from "../../secrets/vault.ts";

/** What encrypted receivers are bound to. No secret has this name. */
const SEAL_NAME = "notification targets";

/** Finds and encrypts the receivers of rules. */
export interface TargetVault {
  /** Encrypts receivers. @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID if there is no master key */
  seal(targets: readonly NotificationTarget[]): Promise<string>;
  /** Returns the receivers of a rule. @throws {RatchetError} ENVIRONMENT if they can't be decrypted */
  open(rule: Pick<NotificationRule, "name" | "origin" | "sealed">): Promise<readonly NotificationTarget[]>;
}

/**
 * Creates what finds receivers.
 * @param configured the rules of the configuration, whose receivers are nowhere else
 */
export function createTargetVault(
  vault: Pick<Vault, "sealer" | "ensureSealer">,
  configured: readonly WrittenRule[],
): TargetVault {
  return {
    async seal(targets) {
      const text = JSON.stringify(targets);
      return (await vault.ensureSealer()).seal(SEAL_NAME, text, Buffer.from(text));
    },
    async open({ name, origin, sealed }) {
      if (origin === "configuration") return configured.find((rule) => rule.name === name)?.to ?? [];
      const opened = (await vault.sealer())?.open(SEAL_NAME, sealed ?? "");
      if (opened !== undefined) return JSON.parse(opened.value) as NotificationTarget[];
      throw new RatchetError("ENVIRONMENT", `The receivers of the rule ${JSON.stringify(name)} can't be decrypted.`, {
        remedy: "Provide the master key of this database, or set the rule's `to` again.",
      });
    },
  };
}

/** Returns receivers as they are stored next to their secrets. Of equal ones, one is left. */
export function storedTargets(targets: readonly NotificationTarget[]): StoredTarget[] {
  const stored = targets.map((target) => ({ key: keyOf(target), shown: shownTarget(target) }));
  return stored.filter(({ key }, at) => stored.findIndex((other) => other.key === key) === at);
}

/** Identifies a receiver within its rule: a new secret does not make it another one. */
export function keyOf(target: NotificationTarget): string {
  const place = target.type === "email" ? target.to.join(" ") : target.url;
  return createHash("sha256").update(`${target.type}\0${place}`).digest("hex").slice(0, 16);
}
