import type { ConfigValue, SettingForm } from "./value-form.ts";

/** One configuration key: everything that reading, showing and documenting it needs. */
export interface KeyDefinition {
  form: SettingForm;
  /** The value when nothing sets it; without one the value is `undefined`. */
  default?: string | number | boolean;
  /** Other names that files may use for it. */
  aliases?: readonly string[];
  /** For a key without default: what a value looks like. */
  example?: string;
  /** Name of the environment variable that sets it. */
  env: string;
  /** One or two sentences for `config generate` and the JSON Schema. */
  description: string;
  /**
   * Whether `./ratchet.yaml` may set it to a value. That file comes with whatever folder one happens to stand in, so it
   * must never loosen permissions, TLS, proxy or database settings. @default every value
   */
  allowedInProject?: (value: ConfigValue) => boolean;
  /** What {@link allowedInProject} allows, as a sentence. @default nothing is allowed */
  projectRule?: string;
}
