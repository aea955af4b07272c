import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { settingView } from "../resources/setting.ts";

const LIST_SETTINGS = {
  method: "GET",
  path: "/api/v1/settings",
  access: "admin",
  id: "listSettings",
  tag: "server",
  summary: "List the settings in force",
  description:
    "Returns every configuration key with its value, where that came from, its default and its meaning. Secrets are masked.",
  responses: { 200: { description: "The settings, in the order of the documentation.", schema: "SettingPage" } },
} as const;

/** Routes of the settings. */
export function settingRoutes({ settings }: Pick<Services, "settings">): Route[] {
  return [
    defineRoute({
      ...LIST_SETTINGS,
      handle: async () => json({ items: (await settings.list()).map(settingView), nextCursor: null }),
    }),
  ];
}
