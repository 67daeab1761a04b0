// SPDX-License-Identifier: Apache-2.0
//
// Bundles the page and writes its files, each also compressed, as constant data of C++:
//   node build.mjs --cc FILE.cc      for the server
//   node build.mjs --out FOLDER      to look at
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const kFirstViewLimit = 200 * 1024;
const kTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const bundled = await build({
  entryPoints: { main: "src/main.tsx", theme: "src/theme_start.ts", icon: "src/icon.svg" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  entryNames: "assets/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".svg": "copy" },
  outdir: "out",
  write: false,
  logLevel: "warning",
});

const files = bundled.outputFiles.map((file) => ({
  path: "assets/" + basename(file.path),
  content: Buffer.from(file.contents),
}));

// "{{main.css}}" in index.html stands for the name that has the content's hash.
const html = readFileSync("index.html", "utf8").replace(/\{\{(\w+)\.(\w+)\}\}/g, (_, name, extension) => {
  const found = files.find((f) => f.path.startsWith(`assets/${name}-`) && f.path.endsWith("." + extension));
  if (!found) throw new Error(`index.html names ${name}.${extension}, which was not made`);
  return found.path;
});
files.push({ path: "index.html", content: Buffer.from(html) });
files.sort((a, b) => (a.path < b.path ? -1 : 1));

let total = 0;
for (const file of files) {
  file.gzip = gzipSync(file.content, { level: 9 });
  file.etag = createHash("sha256").update(file.content).digest("hex").slice(0, 20);
  total += file.gzip.length;
}
console.log(`console: ${files.length} files, ${total} bytes compressed`);
if (total > kFirstViewLimit) throw new Error(`the first view must not exceed ${kFirstViewLimit} bytes compressed`);

// Octal escapes of three digits: unlike hexadecimal ones they end by themselves.
function literal(bytes) {
  let text = "";
  let line = "";
  for (const byte of bytes) {
    const plain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63;
    line += plain ? String.fromCharCode(byte) : "\\" + byte.toString(8).padStart(3, "0");
    if (line.length > 110) {
      text += `    "${line}"\n`;
      line = "";
    }
  }
  return text + `    "${line}"`;
}

function source() {
  const parts = files.map(
    (file, i) =>
      `constexpr char kContent${i}[] =\n${literal(file.content)};\n` +
      `constexpr char kGzip${i}[] =\n${literal(file.gzip)};\n`,
  );
  const rows = files.map(
    (file, i) =>
      `      {"${file.path}", "${kTypes[extname(file.path)]}", "\\"${file.etag}\\"",\n` +
      `       {kContent${i}, sizeof(kContent${i}) - 1}, {kGzip${i}, sizeof(kGzip${i}) - 1}},`,
  );
  return `// Generated from src/console/web. Do not edit.
#include "console/assets.h"

#include <array>

namespace tunesmith::console {
namespace {

${parts.join("\n")}
}  // namespace

std::span<const Asset> assets() {
  static constexpr std::array<Asset, ${files.length}> kFiles = {{
${rows.join("\n")}
  }};
  return kFiles;
}

}  // namespace tunesmith::console
`;
}

const [mode, target] = process.argv.slice(2);
if (mode === "--cc" && target) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, source());
} else if (mode === "--out" && target) {
  for (const file of files) {
    const path = join(target, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
} else {
  console.error("usage: node build.mjs --cc FILE.cc | --out FOLDER");
  process.exit(2);
}
