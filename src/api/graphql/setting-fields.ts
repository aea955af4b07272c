import type { Setting } from "../../service/settings/settings-service.ts";
import { SETTING } from "../resources/setting.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the query for the settings in force. */
export function addSettingFields(builder: Builder, { enums }: ObjectTypes): void {
  const setting = builder.objectRef<Setting>("Setting").implement({
    description: SETTING.description,
    fields: (t) => ({
      ...exposedFields(t, enums, SETTING, ["origin"]),
      origin: t.field({
        type: "JSON",
        description: "Where the value came from: the same object as in REST.",
        resolve: ({ origin }) => origin,
      }),
    }),
  });
  builder.queryFields((t) => ({
    settings: t.field({
      type: [setting],
      description: "The settings in force, without secrets.",
      resolve: (_root, _args, { services }) => services.settings.list(),
    }),
  }));
}
