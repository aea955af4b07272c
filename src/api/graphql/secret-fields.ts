import type { SecretRecord } from "../../domain/secret.ts";
import { SECRET, SECRET_VALUE } from "../resources/secret.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the query and the mutations about stored secrets. */
export function addSecretFields(builder: Builder, { enums }: ObjectTypes): void {
  const secret = builder.objectRef<SecretRecord>("Secret").implement({
    description: SECRET.description,
    fields: (t) => exposedFields(t, enums, SECRET, []),
  });
  builder.queryFields((t) => ({
    secrets: t.field({
      type: [secret],
      description: "All stored secrets, by name. Values can't be read.",
      resolve: (_root, _args, { services }) => services.secrets.list(),
    }),
  }));
  builder.mutationFields((t) => ({
    setSecret: t.field({
      type: secret,
      description: "Creates a secret or replaces its value. Executions that start from now on get the new value.",
      args: { name: t.arg.string(), value: t.arg.string({ description: SECRET_VALUE.properties.value.description }) },
      resolve: async (_root, { name, value }, { services }) =>
        (await services.secrets.put(name, value, "/value")).record,
    }),
    deleteSecret: t.boolean({
      description: "Deletes a secret. Executions of tasks that declare it fail from now on.",
      args: { name: t.arg.string() },
      async resolve(_root, { name }, { services }) {
        await services.secrets.delete(name);
        return true;
      },
    }),
  }));
}
