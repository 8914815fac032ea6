// Print how many licensed social workers China had: node growth.mjs [DATABASE]
import { DuckDBInstance } from "@duckdb/node-api";

const path = process.argv[2] ?? "../../dist/shegong.duckdb";
const database = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
const connection = await database.connect();
const answer = await connection.runAndReadAll(`
  SELECT year, value, value_lower, value_upper, qualifier, source_id FROM series
  WHERE region_id = 'CN' AND metric_id = 'licensed_social_workers' AND grade = 'all' ORDER BY year`);
console.log(JSON.stringify(answer.getRowObjectsJson(), null, 2));
