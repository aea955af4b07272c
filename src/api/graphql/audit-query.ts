import type { AuditEntry } from "../../domain/audit.ts";
import { given } from "../../lib/defined.ts";
import { AUDIT_ENTRY } from "../resources/audit-entry.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";

/** Adds the query for the audit log. */
export function addAuditQuery(builder: Builder, { enums }: ObjectTypes, pagination: PaginationInput): void {
  const entry = builder.objectRef<AuditEntry>("AuditEntry").implement({
    description: AUDIT_ENTRY.description,
    fields: (t) => exposedFields(t, enums, AUDIT_ENTRY, []),
  });
  builder.queryFields((t) => ({
    audit: t.field({
      type: [entry],
      description: "Who did what to which thing, when, from where and with what outcome, newest first.",
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        actor: t.arg.string({ required: false, description: "Only entries of this actor, such as user:ada." }),
        action: t.arg.string({ required: false, description: "Only entries about this action, such as cancelJob." }),
        target: t.arg.string({ required: false, description: "Only entries about this target, such as jobs/17." }),
        outcome: t.arg.string({ required: false, description: "Only entries with this outcome." }),
        createdFrom: t.arg({ type: "DateTime", required: false }),
        createdTo: t.arg({ type: "DateTime", required: false }),
      },
      resolve: async (_root, { pagination: page, ...conditions }, { services }) =>
        (await services.audit.list(given(conditions), pageRequest(page), "")).items,
    }),
  }));
}
