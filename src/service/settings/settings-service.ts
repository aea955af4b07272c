import type { KeyDefinition } from "../../config/key-definition.ts";
import { type ConfigKey, configKeys } from "../../config/keys.ts";
import type { ConfigOrigin, LoadedConfig } from "../../config/load.ts";
import { formatValue } from "../../config/value-form.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { maskSetting } from "./mask-setting.ts";

/** A setting of the server. */
export interface Setting {
  key: ConfigKey;
  /** As a configuration file would have it, without secrets; null if the key is not set. */
  value: string | null;
  origin: ConfigOrigin;
  /** null if the key has no default. */
  default: string | null;
  description: string;
}

/** The settings in force. */
export interface SettingsService {
  /** Returns every setting, in the order of the documentation. */
  list(): Promise<Setting[]>;
}

/** Creates the service of settings. */
export function createSettingsService({
  config,
  vault,
}: Pick<ServiceDependencies, "config" | "vault">): SettingsService {
  return {
    async list() {
      if (config === undefined) return [];
      const masker = (await vault.latest())?.masker;
      const settings = configKeys().map(([key, definition]) => settingOf(key, definition, config));
      if (masker === undefined) return settings;
      return settings.map((one) => ({ ...one, value: one.value === null ? null : masker.text(one.value) }));
    },
  };
}

function settingOf(
  key: ConfigKey,
  definition: KeyDefinition,
  { values, origins }: Pick<LoadedConfig, "values" | "origins">,
): Setting {
  const { form, default: usual, description } = definition;
  const value = values[key];
  return {
    key,
    value: value === undefined ? null : maskSetting(definition, value),
    origin: origins[key],
    default: usual === undefined ? null : formatValue(form, usual),
    description,
  };
}
