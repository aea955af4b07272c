import type { ApiKey, User } from "../../domain/credentials.ts";
import { LOCAL_PRINCIPAL, type Principal } from "../../domain/principal.ts";
import { defined, given } from "../../lib/defined.ts";
import { API_KEY, IDENTITY, USER } from "../resources/credentials.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** A key that was just created or rotated. */
type NewKey = ApiKey & { secret: string };

/** Adds the queries and mutations about users, API keys and the caller. */
export function addCredentialFields(builder: Builder, { enums }: ObjectTypes): void {
  const identity = addIdentityType(builder, enums);
  builder.queryField("me", (t) =>
    t.field({
      type: identity,
      resolve: (_root, _args, { caller: { principal = LOCAL_PRINCIPAL } }) => principal,
    }),
  );
  addUserFields(builder, enums);
  addKeyFields(builder, enums);
}

function addUserFields(builder: Builder, enums: Enums): void {
  const { role } = enums;
  const user = addUserType(builder, enums);
  builder.queryField("users", (t) =>
    t.field({ type: [user], resolve: (_root, _args, { services }) => services.users.list() }),
  );
  builder.mutationFields((t) => ({
    createUser: t.field({
      type: user,
      args: {
        name: t.arg.string(),
        role: t.arg({ type: role }),
        password: t.arg.string(),
        tasks: t.arg.stringList({ required: false }),
      },
      resolve: (_root, { tasks, ...args }, { services }) => services.users.create({ ...args, ...given({ tasks }) }, ""),
    }),
    updateUser: t.field({
      type: user,
      args: {
        name: t.arg.string(),
        role: t.arg({ type: role, required: false }),
        password: t.arg.string({ required: false }),
        tasks: t.arg.stringList({ required: false }),
      },
      resolve: (_root, { name, tasks, ...args }, { services }) =>
        // null means all tasks, in contrast to a list that was left out.
        services.users.change(name, { ...given(args), ...defined({ tasks }) }, ""),
    }),
    deleteUser: t.boolean({
      args: { name: t.arg.string() },
      async resolve(_root, { name }, { services }) {
        await services.users.delete(name);
        return true;
      },
    }),
  }));
}

function addKeyFields(builder: Builder, enums: Enums): void {
  const { role } = enums;
  const { key, newKey } = addKeyTypes(builder, enums);
  builder.queryField("keys", (t) =>
    t.field({ type: [key], resolve: (_root, _args, { services }) => services.keys.list() }),
  );
  builder.mutationFields((t) => ({
    createKey: t.field({
      type: newKey,
      args: {
        name: t.arg.string(),
        role: t.arg({ type: role }),
        tasks: t.arg.stringList({ required: false }),
        expires: t.arg.string({ required: false }),
      },
      async resolve(_root, { tasks, expires, ...args }, { services }) {
        const issued = await services.keys.create({ ...args, ...given({ tasks, expires }) }, "");
        return { ...issued.key, secret: issued.secret };
      },
    }),
    revokeKey: t.field({
      type: key,
      args: { name: t.arg.string() },
      resolve: (_root, { name }, { services }) => services.keys.revoke(name),
    }),
    rotateKey: t.field({
      type: newKey,
      args: { name: t.arg.string(), overlap: t.arg.string({ required: false }) },
      async resolve(_root, { name, overlap }, { services }) {
        const { key: rotated, secret } = await services.keys.rotate(name, given({ overlap }), "");
        return { ...rotated, secret };
      },
    }),
  }));
}

function addUserType(builder: Builder, enums: Enums) {
  return builder.objectRef<User>("User").implement({
    description: "A person who logs in with a password.",
    fields: (t) => ({
      ...exposedFields(t, enums, USER, ["tasks"]),
      tasks: t.stringList({ nullable: true, resolve: ({ tasks }) => copied(tasks) }),
    }),
  });
}

function addKeyTypes(builder: Builder, enums: Enums) {
  const key = builder.objectRef<ApiKey>("ApiKey").implement({
    description: "A key for programs. It is shown once, when it is created.",
    fields: (t) => ({
      ...exposedFields(t, enums, API_KEY, ["tasks"]),
      tasks: t.stringList({ nullable: true, resolve: ({ tasks }) => copied(tasks) }),
    }),
  });
  const newKey = builder.objectRef<NewKey>("IssuedKey").implement({
    description: "A new key, which is not shown again.",
    fields: (t) => ({
      ...exposedFields(t, enums, API_KEY, ["tasks"]),
      tasks: t.stringList({ nullable: true, resolve: ({ tasks }) => copied(tasks) }),
      key: t.exposeString("secret"),
    }),
  });
  return { key, newKey };
}

function addIdentityType(builder: Builder, enums: Enums) {
  return builder.objectRef<Principal>("Identity").implement({
    description: "Who the caller is, and what they may do.",
    fields: (t) => ({
      ...exposedFields(t, enums, IDENTITY, ["tasks"]),
      tasks: t.stringList({ nullable: true, resolve: ({ tasks }) => copied(tasks ?? null) }),
    }),
  });
}

/** GraphQL's types take lists that could be changed. */
const copied = (tasks: readonly string[] | null): string[] | null => (tasks === null ? null : [...tasks]);
