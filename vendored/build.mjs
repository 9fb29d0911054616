// Puts the scripts of others where the console serves them, with their licences, versions and SHA-256.
// `npm ci && npm run build` gives the same bytes again; a test compares them with what is committed.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const TO = "src/hustings/apps/console/static/console/vendor";
const read = (path) => readFileSync(`node_modules/${path}`, "utf8");
const version = (name) => JSON.parse(read(`${name}/package.json`)).version;

const network = await build({
  entryPoints: ["vendored/network.mjs"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2020",
  legalComments: "inline",
});

const files = [
  { name: "htmx.js", text: read("htmx.org/dist/htmx.min.js"), of: ["htmx.org"] },
  { name: "alpine.js", text: read("@alpinejs/csp/dist/cdn.min.js"), of: ["@alpinejs/csp", "@vue/reactivity"] },
  { name: "network.js", text: network.outputFiles[0].text, of: ["sigma", "graphology", "graphology-utils", "events"] },
];
const LICENCES = {
  "htmx.org": "htmx.org/LICENSE",
  "@vue/reactivity": "@vue/reactivity/LICENSE",
  sigma: "sigma/LICENSE.txt",
  graphology: "graphology/LICENSE.txt",
  "graphology-utils": "graphology-utils/LICENSE.txt",
  events: "events/LICENSE",
};

mkdirSync(TO, { recursive: true });
const digests = {};
for (const { name, text, of } of files) {
  writeFileSync(`${TO}/${name}`, text);
  digests[name] = {
    sha256: createHash("sha256").update(text).digest("hex"),
    of: Object.fromEntries(of.map((source) => [source, version(source)])),
  };
}
writeFileSync(`${TO}/digests.json`, JSON.stringify(digests, null, 1) + "\n");
const texts = Object.entries(LICENCES).map(([name, path]) => `## ${name} ${version(name)}\n\n${read(path).trim()}\n`);
texts.push(readFileSync("vendored/alpine-licence.txt", "utf8"));
writeFileSync(`${TO}/LICENCES.txt`, texts.join("\n"));
