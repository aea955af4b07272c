import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";

/** Where the pictures of the pages are. */
export const IMAGES: string = join(REPOSITORY, "docs/images/dashboard");

/** Pictures besides those of the pages: what a page looks like for something special. They are named as if they were pages. */
export const MORE_PICTURES: readonly string[] = ["/workflow-run"];

/** Returns the name of the picture of a page. @param path as src/dashboard/pages.ts has it, such as `/jobs/:id` */
export function imageOf(path: string): string {
  const name = path.slice(1).replaceAll("/", "-").replaceAll(":", "");
  return `${name === "" ? "overview" : name}.webp`;
}
