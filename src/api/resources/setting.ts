import type { ConfigOrigin } from "../../config/load.ts";
import { defined } from "../../lib/defined.ts";
import type { Setting } from "../../service/settings/settings-service.ts";
import { ID, TEXT, TEXT_OR_NULL } from "./parts.ts";
import { definePartialResource, defineResource, type View } from "./resource.ts";

/** Where a setting came from. */
export const SETTING_ORIGIN = definePartialResource(
  "Where a value came from.",
  {
    from: {
      type: "string",
      enum: ["default", "file", "environment", "option"],
      description: "The kind of origin: the default, a configuration file, an environment variable or an option.",
    },
    path: { ...TEXT, description: "The configuration file." },
    line: { ...ID, description: "The line of the file." },
    profile: { ...TEXT, description: "The profile of the file." },
    variable: { ...TEXT, description: "The environment variable." },
    option: { ...TEXT, description: "The option of the command line." },
  },
  ["path", "line", "profile", "variable", "option"],
);

/** A setting of the server. */
export const SETTING = defineResource("A setting of the server.", {
  key: { ...TEXT, description: "Name of the key, such as `server.port`." },
  value: {
    ...TEXT_OR_NULL,
    description:
      "The value in force, written as in a configuration file; null if nothing sets the key. `***` stands for secrets.",
  },
  origin: SETTING_ORIGIN,
  default: { ...TEXT_OR_NULL, description: "The default; null if the key has none." },
  description: { ...TEXT, description: "What the key is for." },
});

/** A setting as REST shows it. */
export function settingView({ origin, ...setting }: Setting): View<typeof SETTING> {
  return { ...setting, origin: originView(origin) };
}

function originView(origin: ConfigOrigin): View<typeof SETTING_ORIGIN> {
  switch (origin.from) {
    case "default":
      return { from: "default" };
    case "file": {
      const { path, line, profile } = origin;
      return { from: "file", path, line, ...defined({ profile }) };
    }
    case "environment":
      return { from: "environment", variable: origin.variable };
    case "option":
      return { from: "option", option: origin.option };
  }
}

/** A setting for the examples of the OpenAPI document. */
export const SETTING_EXAMPLE = {
  key: "server.port",
  value: "9000",
  origin: { from: "file", path: "ratchet.yaml", line: 3 },
  default: "8080",
  description: "Port to listen on. 0 picks a free one.",
} satisfies View<typeof SETTING>;
