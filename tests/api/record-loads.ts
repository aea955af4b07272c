/** A preload that writes the path of each loaded source to the file that RECORD_LOADS names. */
import { appendFileSync, readFileSync } from "node:fs";

const record = process.env.RECORD_LOADS ?? "";

Bun.plugin({
  name: "record loads",
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$|\/node_modules\/.*\.m?js$/ }, ({ path }) => {
      appendFileSync(record, `${path}\n`);
      return { contents: readFileSync(path, "utf8"), loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
});
