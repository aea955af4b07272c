import type { UseCase } from "./use-case.ts";

/** What the server can do with notifications. */
export const NOTIFICATION_USE_CASES: readonly UseCase[] = [
  {
    what: "create a rule of notifications",
    service: "notifications.create",
    rest: ["POST /notifications/rules"],
    graphql: ["createNotificationRule"],
    cli: ["notifications create"],
  },
  {
    what: "list the rules of notifications",
    service: "notifications.list",
    rest: ["GET /notifications/rules"],
    cli: ["notifications list"],
  },
  { what: "list all rules of notifications", service: "notifications.all", graphql: ["notificationRules"] },
  {
    what: "read a rule of notifications",
    service: "notifications.get",
    rest: ["GET /notifications/rules/{id}"],
  },
  {
    what: "change a rule of notifications",
    service: "notifications.change",
    rest: ["PATCH /notifications/rules/{id}"],
    graphql: ["updateNotificationRule"],
  },
  {
    what: "delete a rule of notifications",
    service: "notifications.delete",
    rest: ["DELETE /notifications/rules/{id}"],
    graphql: ["deleteNotificationRule"],
    cli: ["notifications delete"],
  },
  {
    what: "test a rule of notifications",
    service: "notifications.test",
    rest: ["POST /notifications/rules/{id}/test"],
    graphql: ["testNotificationRule"],
    cli: ["notifications test"],
  },
  {
    what: "list the deliveries of notifications",
    service: "notifications.deliveries",
    rest: ["GET /notifications/deliveries"],
    graphql: ["notificationDeliveries"],
    cli: ["notifications deliveries"],
  },
];
