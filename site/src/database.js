import { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
import { fetchFile } from "./load.js";

/**
 * Start DuckDB in a worker and load the tables and views of the package.
 * Return a function that runs one query and returns its columns and rows.
 */
export async function openDatabase(folder, assets) {
  const [database, { manifest, texts }] = await Promise.all([startDuckdb(assets), fetchTables(folder)]);
  const connection = await database.connect();
  for (const [name, text] of texts) await database.registerFileText(`${name}.csv`, text);
  // DuckDB would look for extensions on the network, where this page may not go.
  await connection.query("SET autoload_known_extensions = false; SET autoinstall_known_extensions = false");
  await connection.query(Object.entries(manifest.tables).map(createTable).join(";\n"));
  await connection.query(manifest.views.map(createView).join(""));
  await connection.query("SET enable_external_access = false; SET lock_configuration = true");
  return async (sql) => readRows(await connection.query(sql));
}

async function startDuckdb(assets) {
  const wasm = unpack(new URL("duckdb-eh.wasm.gz", assets));
  const program = new URL("duckdb-worker.js", assets);
  const worker = new Worker(program);
  // AsyncDuckDB waits for ever for a worker that does not start.
  const failure = new Promise((_, reject) => {
    worker.addEventListener("error", () => reject(new Error(`${program} did not start`)));
  });
  return Promise.race([failure, openDuckdb(new AsyncDuckDB(new VoidLogger(), worker), wasm)]);
}

async function openDuckdb(database, wasm) {
  const address = URL.createObjectURL(await wasm);
  await database.instantiate(address);
  URL.revokeObjectURL(address);
  await database.open({ query: { castBigIntToDouble: true, castDecimalToDouble: true } });
  return database;
}

async function unpack(address) {
  const { body } = await fetchFile(address);
  const plain = body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain, { headers: { "Content-Type": "application/wasm" } }).blob();
}

async function fetchTables(folder) {
  const manifest = await (await fetchFile(new URL("manifest.json", folder))).json();
  const texts = Object.keys(manifest.tables).map(async (name) => {
    return [name, await (await fetchFile(new URL(`${name}.csv`, folder))).text()];
  });
  return { manifest, texts: await Promise.all(texts) };
}

function createTable([name, columns]) {
  const types = Object.entries(columns)
    .map(([column, type]) => `${column}: '${type}'`)
    .join(", ");
  const dialect = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n'`;
  return `CREATE TABLE ${name} AS FROM read_csv('${name}.csv', ${dialect}, nullstr = '', columns = {${types}})`;
}

// A view that others read becomes a table: it is computed once, and a query then takes milliseconds.
function createView({ name, sql }, _, views) {
  const isRead = views.some((other) => other.name !== name && new RegExp(`\\b${name}\\b`).test(other.sql));
  return isRead ? sql.replace("CREATE VIEW", "CREATE TABLE") : sql;
}

/** Return plain rows: dates as text, lists as arrays. */
function readRows(result) {
  const columns = result.schema.fields.map(({ name, type }) => ({
    name,
    type: String(type),
    convert: converter(type),
  }));
  const vectors = columns.map((_, index) => result.getChildAt(index));
  const rows = Array.from({ length: result.numRows }, (_, row) =>
    columns.map(({ convert }, index) => convert(vectors[index].get(row))),
  );
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows };
}

function converter(type) {
  const name = String(type);
  const known = (convert) => (value) => (value == null ? value : convert(value));
  if (name.startsWith("Date")) return known((value) => new Date(value).toISOString().slice(0, 10));
  if (name.startsWith("Timestamp"))
    return known((value) => new Date(value).toISOString().slice(0, 19).replace("T", " "));
  if (name.startsWith("List")) return (value) => value && `[${[...value].join(", ")}]`;
  if (name.startsWith("Struct") || name.startsWith("Map")) return (value) => value && JSON.stringify(value);
  return (value) => (typeof value === "bigint" ? Number(value) : value);
}
