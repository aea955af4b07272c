import type { ConfigValue, SettingForm } from "./value-form.ts";

/** Defines one configuration key: how it is read, displayed and documented. */
export interface KeyDefinition {
  form: SettingForm;
  /** Value when nothing sets the key. @default undefined */
  default?: string | number | boolean;
  /** Other names for the key in files. */
  aliases?: readonly string[];
  /** An example value, for a key without a default. */
  example?: string;
  /** Environment variable that sets it. @default derived from the key: `RATCHET_` and the key in capitals */
  variable?: string;
  /** The value is a secret, or contains one that its form does not reveal: the server shows nothing of it. @default false */
  secret?: boolean;
  /** One or two sentences for `config generate` and the JSON Schema. */
  description: string;
  /**
   * Returns true if `./ratchet.yaml` may set the key to this value. That file comes with whatever folder is the current
   * one, so it must never weaken permissions, TLS, proxy or database settings. @default every value
   */
  allowedInProject?: (value: ConfigValue) => boolean;
  /**
   * Combines a value of `./ratchet.yaml` with the one that the user's own file has set, so that it can't widen anything. The
   * second is undefined if that file does not set the key. `isOwn` tells which other keys it sets.
   * @default the value of `./ratchet.yaml`
   */
  inProject?: (value: ConfigValue, before: ConfigValue | undefined, isOwn: (key: string) => boolean) => ConfigValue;
  /** A sentence that says what {@link allowedInProject} allows. @default nothing is allowed */
  projectRule?: string;
}
