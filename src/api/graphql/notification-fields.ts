import type { NotificationDelivery, NotificationRule } from "../../domain/notification.ts";
import { given } from "../../lib/defined.ts";
import type { RuleChange, RuleRequest, TargetRequest } from "../../service/notifications/rule-request.ts";
import {
  NEW_NOTIFICATION_RULE,
  NOTIFICATION_DELIVERY,
  NOTIFICATION_RULE,
  NOTIFICATION_TARGET,
  NOTIFICATION_TEST,
  notificationView,
  ruleView,
  testView,
} from "../resources/notification.ts";
import type { View } from "../resources/resource.ts";
import type { Builder, SchemaTypes } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";

type Rule = View<typeof NOTIFICATION_RULE>;
type Delivery = View<typeof NOTIFICATION_DELIVERY>;
type Test = View<typeof NOTIFICATION_TEST>;
type Target = View<typeof NOTIFICATION_TARGET>;
type TargetRef = PothosSchemaTypes.ObjectRef<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, Target>;

/** Adds the queries and mutations about notifications. */
export function addNotificationFields(builder: Builder, objects: ObjectTypes, pagination: PaginationInput): void {
  const types = addTypes(builder, objects);
  addQueries(builder, types, pagination);
  addMutations(builder, types);
}

type Types = ReturnType<typeof addTypes>;

function addTypes(builder: Builder, { enums }: ObjectTypes) {
  const target = builder.objectRef<Target>("NotificationTarget").implement({
    description: NOTIFICATION_TARGET.description,
    fields: (t) => exposedFields(t, enums, NOTIFICATION_TARGET, []),
  });
  const rule = builder.objectRef<Rule>("NotificationRule").implement({
    description: NOTIFICATION_RULE.description,
    fields: (t) => ({
      ...exposedFields(t, enums, NOTIFICATION_RULE, ["to", "createdAt", "updatedAt"]),
      to: t.field({
        type: [target],
        description: NOTIFICATION_RULE.properties.to.description,
        resolve: ({ to }) => to as Target[],
      }),
      createdAt: t.field({
        ...time(NOTIFICATION_RULE.properties.createdAt),
        resolve: ({ createdAt }) => Date.parse(createdAt),
      }),
      updatedAt: t.field({
        ...time(NOTIFICATION_RULE.properties.updatedAt),
        resolve: ({ updatedAt }) => Date.parse(updatedAt),
      }),
    }),
  });
  const delivery = addDeliveryType(builder, enums, target);
  const test = builder.objectRef<Test>("NotificationTest").implement({
    description: NOTIFICATION_TEST.description,
    fields: (t) => ({
      ...exposedFields(t, enums, NOTIFICATION_TEST, ["target"]),
      target: t.field({
        type: target,
        description: NOTIFICATION_TEST.properties.target.description,
        resolve: (one) => one.target as Target,
      }),
    }),
  });
  return { rule, delivery, test };
}

/** Adds the type of deliveries. */
function addDeliveryType(builder: Builder, enums: ObjectTypes["enums"], target: TargetRef) {
  return builder.objectRef<Delivery>("NotificationDelivery").implement({
    description: NOTIFICATION_DELIVERY.description,
    fields: (t) => ({
      ...exposedFields(t, enums, NOTIFICATION_DELIVERY, ["target", "nextTryAt", "createdAt", "finishedAt"]),
      target: t.field({
        type: target,
        description: NOTIFICATION_DELIVERY.properties.target.description,
        resolve: (one) => one.target as Target,
      }),
      createdAt: t.field({
        ...time(NOTIFICATION_DELIVERY.properties.createdAt),
        resolve: ({ createdAt }) => Date.parse(createdAt),
      }),
      nextTryAt: t.field({
        ...time(NOTIFICATION_DELIVERY.properties.nextTryAt),
        nullable: true,
        resolve: ({ nextTryAt }) => parsed(nextTryAt),
      }),
      finishedAt: t.field({
        ...time(NOTIFICATION_DELIVERY.properties.finishedAt),
        nullable: true,
        resolve: ({ finishedAt }) => parsed(finishedAt),
      }),
    }),
  });
}

const time = ({ description }: { description: string }) => ({ type: "DateTime", description }) as const;

const parsed = (text: string | null): number | null => (text === null ? null : Date.parse(text));

function addQueries(builder: Builder, types: Types, pagination: PaginationInput): void {
  const list = builder.objectRef<{ deliveries: NotificationDelivery[]; total: number }>("NotificationDeliveryList");
  list.implement({
    description: "A page of deliveries of notifications.",
    fields: (t) => ({
      deliveries: t.field({
        type: [types.delivery],
        description: "The deliveries of this page.",
        resolve: ({ deliveries }) => deliveries.map(notificationView),
      }),
      total: t.exposeInt("total", { description: "Number of deliveries that match, on all pages." }),
    }),
  });
  builder.queryFields((t) => ({
    notificationRules: t.field({
      type: [types.rule],
      description: "All rules of notifications, also those of the configuration. Secrets can't be read.",
      resolve: async (_root, _args, { services }) => (await services.notifications.all()).map(ruleView),
    }),
    notificationDeliveries: t.field({
      type: list,
      description: "Deliveries of notifications, newest first.",
      args: {
        rule: t.arg.int({ required: false, description: "Only deliveries of the rule with this id." }),
        state: t.arg.string({ required: false, description: "Only deliveries in this state." }),
        pagination: t.arg({ type: pagination, required: false }),
      },
      async resolve(_root, { rule, state, pagination: page }, { services }) {
        const conditions = given({ rule, state });
        const [{ items }, total] = await Promise.all([
          services.notifications.deliveries(conditions, pageRequest(page)),
          services.notifications.countDeliveries(conditions),
        ]);
        return { deliveries: items, total };
      },
    }),
  }));
}

function addInputs(builder: Builder) {
  const { to, name, when, task, schedule, source, times, longerThan, olderThan, throttle, enabled } =
    NEW_NOTIFICATION_RULE.properties;
  const { type, url, secret, to: addresses } = to.items.properties;
  const target = builder.inputType("NotificationTargetInput", {
    description: "A receiver.",
    fields: (t) => ({
      type: t.string({ description: type.description }),
      url: t.string({ required: false, description: url.description }),
      secret: t.string({ required: false, description: secret.description }),
      to: t.stringList({ required: false, description: addresses.description }),
    }),
  });
  const input = <const R extends boolean>(typeName: string, about: string, required: R) =>
    builder.inputType(typeName, {
      description: about,
      fields: (t) => ({
        name: t.string({ required, description: name.description }),
        when: t.string({ required, description: when.description }),
        task: t.string({ required: false, description: task.description }),
        schedule: t.string({ required: false, description: schedule.description }),
        source: t.string({ required: false, description: source.description }),
        times: t.int({ required: false, description: times.description }),
        longerThan: t.string({ required: false, description: longerThan.description }),
        olderThan: t.string({ required: false, description: olderThan.description }),
        throttle: t.string({ required: false, description: throttle.description }),
        enabled: t.boolean({ required: false, description: enabled.description }),
        to: t.field({ type: [target], required, description: to.description }),
      }),
    });
  return {
    create: input("CreateNotificationRuleInput", "A rule to create.", true),
    change: input("UpdateNotificationRuleInput", "Members to change. null removes an optional condition.", false),
  };
}

const ID = { description: "Id of the rule." } as const;

function addMutations(builder: Builder, types: Types): void {
  const inputs = addInputs(builder);
  const view = async (rule: Promise<NotificationRule>) => ruleView(await rule);
  builder.mutationFields((t) => ({
    createNotificationRule: t.field({
      type: types.rule,
      description: "Creates a rule of notifications, which is about what happens from now on.",
      args: { input: t.arg({ type: inputs.create }) },
      resolve: (_root, { input }, { services }) =>
        view(services.notifications.create(requestOf(input) as RuleRequest, "/input")),
    }),
    updateNotificationRule: t.field({
      type: types.rule,
      description: "Changes members of a rule of notifications.",
      args: { id: t.arg.int(ID), input: t.arg({ type: inputs.change, description: "The members to change." }) },
      resolve: (_root, { id, input }, { services }) =>
        view(services.notifications.change(id, requestOf(input), "/input")),
    }),
    deleteNotificationRule: t.boolean({
      description: "Deletes a rule of notifications with its deliveries.",
      args: { id: t.arg.int(ID) },
      async resolve(_root, { id }, { services }) {
        await services.notifications.delete(id);
        return true;
      },
    }),
    testNotificationRule: t.field({
      type: [types.test],
      description: "Sends a test message to each receiver of a rule, and returns what they did.",
      args: { id: t.arg.int(ID) },
      resolve: async (_root, { id }, { services }) => (await services.notifications.test(id)).map(testView),
    }),
  }));
}

/** Converts what was sent. The service checks the values. */
function requestOf(input: { to?: readonly object[] | null | undefined; [member: string]: unknown }): RuleChange {
  const { to, ...others } = input;
  const targets = to?.map((target) => given(target) as unknown as TargetRequest);
  const { name, when, enabled, ...conditions } = others;
  return {
    ...(Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined)) as RuleChange),
    ...(given({ name, when, enabled, to: targets }) as unknown as RuleChange),
  };
}
