// SQL statements, a JSON array on standard input, run by DuckDB in their order, in one database;
// what each gives goes to standard output: {"columns": [...], "rows": [[...]]}, all values as
// DuckDB's text, a line a statement.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { DuckDBInstance } = createRequire(process.argv[2] + '/')('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const statement of JSON.parse(readFileSync(0, 'utf8'))) {
  const reader = await connection.runAndReadAll(statement);
  const rows = reader.getRows().map((row) => row.map((value) => value === null ? null : `${value}`));
  console.log(JSON.stringify({ columns: reader.columnNames(), rows }));
}
