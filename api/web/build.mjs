// Builds styles, scripts and icons into the folder given, under names that hold their digest,
// and writes manifest.json: {"app.js": "app-ABCD1234.js"}. Run by api/serving/webassets.py.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs FOLDER");
await mkdir(out, { recursive: true });

const styles = (await readdir("styles")).filter((name) => name.endsWith(".css")).sort();
await build({
  stdin: {
    contents: styles.map((name) => `@import "./styles/${name}";`).join("\n"),
    resolveDir: ".",
    loader: "css",
  },
  outfile: join(out, "app.css"),
  bundle: true,
  minify: true,
});
await build({
  entryPoints: ["src/app.ts", "src/worker.ts", "src/acts.ts", "src/signer.ts"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "chrome87",
  legalComments: "none",
});
for (const name of await readdir("icons")) await cp(join("icons", name), join(out, name));

const manifest = {};
for (const name of await readdir(out)) {
  const digest = createHash("sha256").update(await readFile(join(out, name))).digest("hex");
  const end = extname(name);
  manifest[name] = `${basename(name, end)}-${digest.slice(0, 12)}${end}`;
  await rename(join(out, name), join(out, manifest[name]));
}
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest));
