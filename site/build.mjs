// Write the scripts, the styles and DuckDB to a folder: node build.mjs [FOLDER]. The folder is emptied first.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const duckdb = join(here, "node_modules/@duckdb/duckdb-wasm/dist");
const output = resolve(process.argv[2] ?? join(here, "../dist/site/assets"));

// Plot adds a style element to each chart, which the Content-Security-Policy refuses; style.css has its rules.
const STYLE_ELEMENT = /\.call\(\(svg\) =>\s*(?:\/\/.*\s*)?svg\.append\("style"\)\.text\(\s*`[^`]*`\s*\)\s*\)/;
const withoutStyleElement = {
  name: "without-style-element",
  setup({ onLoad }) {
    onLoad({ filter: /@observablehq[\\/]plot[\\/]src[\\/]plot\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!STYLE_ELEMENT.test(source)) throw new Error(`${path}: no style element found; update build.mjs`);
      return { contents: source.replace(STYLE_ELEMENT, "") };
    });
  },
};

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: {
    app: "src/app.js",
    charts: "src/charts.js",
    "sql-page": "src/sql-page.js",
    sql: "src/database.js",
    style: "src/style.css",
  },
  outdir: output,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  plugins: [withoutStyleElement],
});
await copyFile(join(here, "src/icon.svg"), join(output, "icon.svg"));
// Some hosts neither compress files nor take one of 34 MB, so the page unpacks this itself.
const wasm = await readFile(join(duckdb, "duckdb-eh.wasm"));
await writeFile(join(output, "duckdb-eh.wasm.gz"), gzipSync(wasm, { level: 9 }));
const worker = await readFile(join(duckdb, "duckdb-browser-eh.worker.js"), "utf8");
await writeFile(join(output, "duckdb-worker.js"), worker.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
await writeFile(join(output, "licences.txt"), await licences(Object.keys(metafile.inputs)));

async function licences(inputs) {
  const packages = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
  const texts = [...new Set(packages)].sort().map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}
