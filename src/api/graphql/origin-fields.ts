import type { OriginStatus } from "../../http/chain/origins.ts";
import { ORIGIN } from "../resources/origin.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the query about the origins that tasks call. */
export function addOriginFields(builder: Builder, { enums }: ObjectTypes): void {
  const origin = builder.objectRef<OriginStatus>("Origin").implement({
    fields: (t) => exposedFields(t, enums, ORIGIN, []),
  });
  builder.queryFields((t) => ({
    httpOrigins: t.field({ type: [origin], resolve: (_root, _args, { services }) => services.http.origins() }),
  }));
}
