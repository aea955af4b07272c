import { existsSync } from "node:fs";

/** What people type, from other tools or by guess, and the command that does it here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  new: "init",
  create: "init",
  scaffold: "init",
  add: "generate task",
  make: "generate task",
  g: "generate task",
  exec: "run",
  execute: "run",
  eval: "run -",
  start: "serve",
  server: "serve",
  up: "serve",
  daemon: "serve",
  check: "validate",
  lint: "validate",
  verify: "validate",
  typecheck: "validate",
  build: "pack",
  bundle: "pack",
  zip: "pack",
  package: "pack",
  ls: "list",
  dir: "list",
  tree: "list",
  dev: "watch",
  spec: "test",
  submit: "enqueue",
  push: "enqueue",
  send: "enqueue",
  job: "jobs list",
  ps: "jobs list",
  kill: "jobs cancel",
  cancel: "jobs cancel",
  retry: "jobs retry",
  log: "logs",
  cron: "schedules list",
  schedule: "schedules create",
  migrate: "db migrate",
  backup: "db backup",
  restore: "help db",
  settings: "config show",
  env: "config show",
  status: "doctor",
  health: "doctor",
  info: "doctor",
  diagnose: "doctor",
  complete: "completions",
  completion: "completions",
  docs: "help",
  manual: "man",
  topics: "help",
  types: "schema",
  record: "run --record DIR",
  stream: "run --ndjson",
};

/** Returns what somebody probably means who types a word that is not a command: a command, or one that runs a file. */
export function otherName(word: string): string | undefined {
  const known = Object.hasOwn(OTHER_NAMES, word.toLowerCase()) ? OTHER_NAMES[word.toLowerCase()] : undefined;
  if (known !== undefined) return known;
  const isPath = /\.(?:[cm]?[jt]s|zip)$|[/\\#]/.test(word) || existsSync(word);
  return isPath ? `run ${word}` : undefined;
}
