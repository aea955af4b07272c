import type { Sql } from "./connection.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/**
 * Statements for reading outside of transactions: what the machine does to them (a damaged file, a lock) comes out as
 * the program's own error, as the writer has it for its own.
 * @param file how the user knows the database
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
    all: <Row>(text: string, ...values: Parameters<Sql["all"]>[1][]) => typed(() => sql.all<Row>(text, ...values)),
    get: <Row>(text: string, ...values: Parameters<Sql["get"]>[1][]) => typed(() => sql.get<Row>(text, ...values)),
    run: (text, ...values) => typed(() => sql.run(text, ...values)),
  };
}
