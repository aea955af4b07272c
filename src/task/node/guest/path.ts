import base from "path-browserify";

/** The paths of a task are POSIX's. */
export default Object.assign(base, { posix: base, toNamespacedPath: (path: string) => path });
