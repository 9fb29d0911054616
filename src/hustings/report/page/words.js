// Elements, texts and figures. What a run says reaches the page through text nodes only.

const svgSpace = document.getElementById("svg-space").namespaceURI;

// Signs that turn or hide other signs are shown by number, so that a name reads as it is.
const hiddenSigns = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const seen = (text) =>
  String(text).replace(hiddenSigns, (sign) => "⟨U+" + sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩");

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child != null) node.append(child instanceof Node ? child : document.createTextNode(seen(child)));
  }
  return node;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) => fill(document.createElementNS(svgSpace, tag), attributes, children);
// A name keeps its own direction of writing and cannot turn its neighbours.
const name = (text) => el("bdi", {}, text);

const count = (number) => Number(number).toLocaleString("en-US");
const some = (number, one, many) => count(number) + " " + (number === 1 ? one : many);
const upper = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (number) => String(number).padStart(2, "0");
function day(micros) {
  const at = new Date(micros / 1000);
  return at.getUTCDate() + " " + months[at.getUTCMonth()] + " " + at.getUTCFullYear();
}
function moment(micros) {
  const at = new Date(Math.floor(micros / 1000));
  return day(micros) + " " + [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
}
function exact(micros) {
  const seconds = Math.floor(micros / 1e6);
  return new Date(seconds * 1000).toISOString().slice(0, 19) + "." + String(micros - seconds * 1e6).padStart(6, "0") + "Z";
}
function lasting(seconds) {
  const sizes = [[86400, "d"], [3600, "h"], [60, "min"]];
  for (const [size, unit] of sizes) if (seconds >= 2 * size) return (seconds / size).toFixed(seconds < 10 * size ? 1 : 0) + " " + unit;
  return (Number.isInteger(seconds) ? seconds : seconds.toFixed(1)) + " s";
}

const spoken = document.getElementById("spoken");
const say = (text) => { spoken.textContent = seen(text); };
