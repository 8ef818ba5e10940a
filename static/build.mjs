// Builds static/src into static/dist: styles, scripts, the icon sprite and the fonts.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const src = path.join(here, "src");
const dist = path.join(here, "dist");
const modules = path.join(root, "node_modules");
const target = ["chrome109", "firefox115", "safari16"];

const FONTS = ["latin", "latin-ext"];
const STYLES = ["app"];
const SCRIPTS = ["app", "drafts", "answering", "timer", "worker"];

async function styles() {
  for (const name of STYLES) {
    const { css } = sass.compile(path.join(src, "scss", `${name}.scss`), {
      loadPaths: [modules],
      quietDeps: true,
      silenceDeprecations: ["import", "global-builtin", "color-functions"],
    });
    const { code } = await esbuild.transform(css, { loader: "css", minify: true, target });
    await writeFile(path.join(dist, `${name}.css`), code);
  }
}

async function scripts() {
  await esbuild.build({
    entryPoints: SCRIPTS.map((name) => path.join(src, "js", `${name}.js`)),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "iife",
    target,
    legalComments: "none",
  });
}

async function icons() {
  const names = JSON.parse(await readFile(path.join(root, "apps", "core", "ui", "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(symbol));
  const shapes = (await readFile(path.join(src, "shapes.svg"), "utf8")).replace(/\s*\n\s*/g, "");
  const sprite = shapes.replace("</svg>", `${symbols.join("")}</svg>\n`);
  await writeFile(path.join(dist, "icons.svg"), sprite);
}

async function symbol(name) {
  const svg = await readFile(path.join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
  const shapes = svg
    .replace(/<!--.*?-->/gs, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

async function fonts() {
  await mkdir(path.join(dist, "fonts"), { recursive: true });
  const from = path.join(modules, "@fontsource-variable", "source-sans-3", "files");
  for (const subset of FONTS) {
    const name = `source-sans-3-${subset}`;
    await copyFile(
      path.join(from, `${name}-wght-normal.woff2`),
      path.join(dist, "fonts", `${name}.woff2`),
    );
  }
}

async function build() {
  await mkdir(dist, { recursive: true });
  await Promise.all([styles(), scripts(), icons(), fonts()]);
  console.log("built static/dist");
}

if (process.argv.includes("--watch")) {
  await build();
  let timer;
  watch(src, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  });
} else {
  await rm(dist, { recursive: true, force: true });
  await build();
}
