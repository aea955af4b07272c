import type { Static } from "typebox";
import type { XSchema } from "typebox/schema";

/** JSON Schemas of members, by name. Each has a sentence that says what it is. */
export type Members = Readonly<Record<string, { readonly description: string }>>;

/**
 * One definition of what the server shows: the JSON Schema of an object, from which its type ({@link View}), the OpenAPI
 * document and the fields of GraphQL follow.
 */
export interface Resource<M extends Members = Members, Optional extends string = string> {
  readonly type: "object";
  readonly description: string;
  readonly properties: M;
  readonly required: readonly Exclude<keyof M & string, Optional>[];
  readonly additionalProperties: false;
}

/** A schema whose values have a type that is not written in it, such as a reference to another resource. */
export interface Typed<T> {
  readonly type?: string;
  readonly items?: object;
  readonly anyOf?: readonly object[];
  readonly "~view"?: T;
}

type ViewOfMember<S> =
  S extends Resource<Members>
    ? View<S>
    : S extends { readonly items: infer Item extends Resource<Members> }
      ? readonly View<Item>[]
      : S extends Typed<infer T>
        ? unknown extends T
          ? Static<S & XSchema>
          : T
        : Static<S & XSchema>;

/** The type of what a resource describes. A view that does not fit its resource fails to compile. */
export type View<R> =
  R extends Resource<infer M, infer Optional>
    ? { [K in Exclude<keyof M, Optional>]: ViewOfMember<M[K]> } & { [K in keyof M & Optional]?: ViewOfMember<M[K]> }
    : never;

/**
 * Defines a resource whose members are all always there.
 * @example
 * ```ts
 * const POINT = defineResource("A place on the map.", {
 *   x: { type: "number", description: "Metres east of the origin." },
 *   y: { type: "number", description: "Metres north of the origin." },
 * });
 * const view: View<typeof POINT> = { x: 1, y: 2 };
 * POINT.required; // => ["x", "y"]
 * Object.keys(view); // => ["x", "y"]
 * ```
 */
export function defineResource<const M extends Members>(description: string, members: M): Resource<M, never> {
  return definePartialResource(description, members, []);
}

/** Defines a resource some of whose members may be absent. */
export function definePartialResource<const M extends Members, const Optional extends keyof M & string>(
  description: string,
  members: M,
  optional: readonly Optional[],
): Resource<M, Optional> {
  const names = Object.keys(members) as (keyof M & string)[];
  return {
    type: "object",
    description,
    properties: members,
    required: names.filter((name): name is Exclude<typeof name, Optional> => !optional.includes(name as Optional)),
    additionalProperties: false,
  };
}

/** A value that a resource describes, or null. */
export function defineNullable<M extends Members, Optional extends string>(
  resource: Resource<M, Optional>,
): Typed<View<Resource<M, Optional>> | null> {
  return { anyOf: [resource, { type: "null" }] };
}

/** The sentence of each member. */
export function sentencesOf<M extends Members>(members: M): Record<keyof M, string> {
  const entries = Object.entries(members).map(([name, { description }]) => [name, description]);
  return Object.fromEntries(entries) as Record<keyof M, string>;
}
