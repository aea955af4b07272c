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
  repl: "run -",
  console: "run -",
  debug: "run -v",
  start: "serve",
  server: "serve",
  up: "serve",
  daemon: "serve",
  check: "validate",
  lint: "validate",
  verify: "validate",
  typecheck: "validate",
  fmt: "validate",
  format: "validate",
  build: "pack",
  bundle: "pack",
  compile: "pack",
  deploy: "pack",
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
  ping: "doctor",
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

/** What people type for a command of a group. The first one that the group has is meant. */
const NAMES_IN_GROUPS: Readonly<Record<string, readonly string[]>> = {
  ls: ["list"],
  all: ["list"],
  add: ["create", "init"],
  new: ["create", "init", "task"],
  get: ["show"],
  view: ["show"],
  info: ["show", "status"],
  print: ["show", "generate"],
  rm: ["delete", "cancel"],
  remove: ["delete", "cancel"],
  del: ["delete", "cancel"],
  stop: ["cancel", "pause"],
  kill: ["cancel"],
  start: ["resume", "trigger"],
  run: ["trigger", "retry"],
  check: ["validate", "verify", "check"],
  update: ["refresh", "migrate"],
  sync: ["refresh"],
  upgrade: ["migrate"],
};

/** Returns the command of a group that somebody probably means who types a word that the group does not have. */
export function otherNameIn(word: string, commands: Readonly<Record<string, unknown>>): string | undefined {
  const names = Object.hasOwn(NAMES_IN_GROUPS, word.toLowerCase()) ? NAMES_IN_GROUPS[word.toLowerCase()] : undefined;
  return names?.find((name) => Object.hasOwn(commands, name));
}

/** Returns what somebody probably means who types a word that is not a command: a command, or one that runs a file. */
export function otherName(word: string): string | undefined {
  const known = Object.hasOwn(OTHER_NAMES, word.toLowerCase()) ? OTHER_NAMES[word.toLowerCase()] : undefined;
  if (known !== undefined) return known;
  // Words that were quoted together.
  if (/^[a-z-]+ /.test(word) && !existsSync(word)) return word;
  const isPath = /\.(?:[cm]?[jt]s|zip)$|[/\\#]/.test(word) || existsSync(word);
  return isPath ? `run ${word}` : undefined;
}
