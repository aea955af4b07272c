import type { Json, JsonObject } from "./json.ts";

/** One value of a choice. */
export interface Choice {
  readonly value: Json;
  readonly title: string;
  readonly description?: string | undefined;
}

/** A member of an object. */
export interface Member {
  readonly name: string;
  readonly schema: Json;
  readonly isRequired: boolean;
}

/** One of several schemas that a value may match. */
export interface Alternative {
  readonly title: string;
  readonly schema: Json;
}

/** What kind of control a field has. */
export type FieldKind =
  | { readonly kind: "text"; readonly format: string | undefined; readonly isSecret: boolean; readonly isLong: boolean }
  | { readonly kind: "number"; readonly isInteger: boolean }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly choices: readonly Choice[] }
  | { readonly kind: "constant"; readonly value: Json }
  /** @param extra the schema of further members, if people can add some */
  | { readonly kind: "object"; readonly members: readonly Member[]; readonly extra: Json | undefined }
  /** @param prefix the schemas of the first items, one by one; @param items that of all others, if there may be any */
  | {
      readonly kind: "array";
      readonly prefix: readonly Json[];
      readonly items: Json | undefined;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: "union"; readonly alternatives: readonly Alternative[] }
  /** Whatever no form can be made of: it is entered as JSON. */
  | { readonly kind: "json" };

/** A field of the form, as a schema describes it for a value. The fields within it are read when they are shown. */
export type Field = FieldKind & {
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** What the schema shows as an example, for the placeholder. */
  readonly example: Json | undefined;
  /** Whether null is a value besides the others. */
  readonly isNullable: boolean;
  /** The schema without references. */
  readonly schema: JsonObject;
};
