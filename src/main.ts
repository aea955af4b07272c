import { ROOT } from "./cli/commands/root.ts";
import { runCommandLine } from "./cli/framework/command-line.ts";

process.exit(await runCommandLine(ROOT, process.argv.slice(2)));
