/** A task has no files, so none exists. Everything else about files throws. */
export default { existsSync: () => false };
