import type { Sql } from "./connection.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/**
 * Runs statements outside of transactions, and converts failures of the machine (a damaged file, a lock) to the
 * program's own errors. The writer does the same for its statements.
 * @param file the name by which the user knows the database
 */
export function readingSql(sql: Sql, file: string): Sql {
  const typed = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw fromSqlite(error, file);
    }
  };
  return {
    inlineBytes: sql.inlineBytes,
    all: <Row>(text: string, ...values: Parameters<Sql["all"]>[1][]) => typed(() => sql.all<Row>(text, ...values)),
    get: <Row>(text: string, ...values: Parameters<Sql["get"]>[1][]) => typed(() => sql.get<Row>(text, ...values)),
    run: (text, ...values) => typed(() => sql.run(text, ...values)),
  };
}
