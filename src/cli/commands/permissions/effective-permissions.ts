import type { ConfigOrigin, LoadedConfig } from "../../../config/load.ts";
import { declaredSecrets } from "../../../domain/declared-secrets.ts";
import { type NetworkRule, type NetworkScope, parseNetworkRule } from "../../../domain/network-rule.ts";
import type { TaskDefinition, TaskPermissions } from "../../../domain/task.ts";
import type { NetworkSettings } from "../../../http/policy/network-policy.ts";
import { ownServer } from "../../../http/policy/own-server.ts";
import { type Effect, EVERYTHING, effectOf } from "./effect.ts";
import { type FindPlace, type MetadataPlace, metadataPlaces } from "./metadata-places.ts";

/** What a part of the metadata comes from: the setting, its file and line. */
export interface Source extends MetadataPlace {
  setting: `permissions.${keyof TaskPermissions}`;
}

/** A rule of a task, and what becomes of it. */
export interface ShownRule {
  rule: string;
  /** Null if the task has no rules, and so may call everything that the configuration allows. */
  from: Source | null;
  /** On a server. */
  server: Effect;
  /** In `run`, `run-once`, `test` and the like. */
  commands: Effect;
}

/** A key of the configuration, and where its value comes from. */
export interface ShownKey<T> {
  value: T;
  from: ConfigOrigin;
}

/** What a task may do in effect, and why. */
export interface EffectivePermissions {
  task: { label: string; version: string; path: string };
  /** Empty if the task may call nothing. */
  net: ShownRule[];
  secrets: { name: string; hosts: readonly string[] | null; from: Source }[];
  tasks: { label: string; from: Source }[];
  configuration: {
    "execution.network": ShownKey<{ server: NetworkScope; commands: NetworkScope }>;
    "http.allow": ShownKey<string[]>;
    "http.deny": ShownKey<string[]>;
  };
}

/** Applies the configuration to the permissions of a task. */
export async function effectivePermissions(task: TaskDefinition, config: LoadedConfig): Promise<EffectivePermissions> {
  const { label, version, permissions = {} } = task.metadata;
  const place = await metadataPlaces(task.origin);
  return {
    task: { label, version, path: task.origin },
    net: await shownRules(permissions, config, place),
    secrets: declaredSecrets(permissions).map(({ name, hosts = null }, index) => ({
      name,
      hosts,
      from: {
        setting: "permissions.secrets",
        ...place("permissions", "secrets", Array.isArray(permissions.secrets) ? index : name),
      },
    })),
    tasks: (permissions.tasks ?? []).map((called, index) => ({
      label: called,
      from: { setting: "permissions.tasks", ...place("permissions", "tasks", index) },
    })),
    configuration: shownConfiguration(config),
  };
}

async function shownRules(permissions: TaskPermissions, config: LoadedConfig, place: FindPlace): Promise<ShownRule[]> {
  const { net, hosts } = permissions;
  if (net === undefined && hosts === undefined)
    return [{ rule: "*", from: null, ...(await effects(EVERYTHING, config)) }];
  const shown: ShownRule[] = [];
  for (const [member, texts] of [
    ["net", net ?? []],
    ["hosts", hosts ?? []],
  ] as const) {
    for (const [index, rule] of texts.entries()) {
      const parsed = parseNetworkRule(rule);
      if (typeof parsed === "string") continue;
      const from: Source = { setting: `permissions.${member}`, ...place("permissions", member, index) };
      shown.push({ rule, from, ...(await effects(parsed, config)) });
    }
  }
  return shown;
}

async function effects(rule: NetworkRule, { values }: LoadedConfig): Promise<Pick<ShownRule, "server" | "commands">> {
  const own = ownServer(values["server.host"], values["server.port"]);
  return {
    server: await effectOf(rule, settingsOf(values, "public"), own),
    commands: await effectOf(rule, settingsOf(values, "any")),
  };
}

function settingsOf(values: LoadedConfig["values"], scope: NetworkScope): NetworkSettings {
  return {
    scope: values["execution.network"] ?? scope,
    allow: values["http.allow"] ?? [],
    deny: values["http.deny"] ?? [],
  };
}

function shownConfiguration({ values, origins }: LoadedConfig): EffectivePermissions["configuration"] {
  const scope = values["execution.network"];
  const texts = (rules: readonly NetworkRule[] = []) => rules.map(({ text }) => text);
  return {
    "execution.network": {
      value: { server: scope ?? "public", commands: scope ?? "any" },
      from: origins["execution.network"],
    },
    "http.allow": { value: texts(values["http.allow"]), from: origins["http.allow"] },
    "http.deny": { value: texts(values["http.deny"]), from: origins["http.deny"] },
  };
}
