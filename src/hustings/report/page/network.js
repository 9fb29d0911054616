// The network picture: places come with the page; here it is drawn, walked, searched and zoomed.

const [pictureWidth, pictureHeight] = [640, 400];
const shapes = [
  { word: "circle", path: (r) => `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0z` },
  { word: "square", path: (r) => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z` },
  { word: "triangle", path: (r) => `M0,${-1.3 * r}L${1.2 * r},${0.9 * r}H${-1.2 * r}z` },
  { word: "diamond", path: (r) => `M0,${-1.4 * r}L${1.4 * r},0L0,${1.4 * r}L${-1.4 * r},0z` },
  { word: "upside-down triangle", path: (r) => `M0,${1.3 * r}L${1.2 * r},${-0.9 * r}H${-1.2 * r}z` },
  { word: "cross", path: (r) => `M${-r / 2},${-r}h${r}v${r / 2}h${r / 2}v${r}h${-r / 2}v${r / 2}h${-r}v${-r / 2}h${-r / 2}v${-r}h${r / 2}z` },
];

function network(finding, platforms, onPick) {
  const nodes = finding.places.map(([x, y], place) => ({ x, y, place, member: finding.members[place], near: new Set() }));
  for (const [a, b] of finding.edges) { nodes[a].near.add(nodes[b]); nodes[b].near.add(nodes[a]); }
  const most = Math.max(1, ...nodes.map((node) => node.member[4]));
  const view = { x: 0, y: 0, k: 1 };
  let picked = null;
  let word = "";

  const faint = finding.edges.length > 600 ? " many" : "";
  const lines = finding.edges.map(([a, b, strength]) =>
    draw("line", { x1: nodes[a].x, y1: nodes[a].y, x2: nodes[b].x, y2: nodes[b].y, class: "tie s" + strength + faint }));
  const marks = nodes.map((node) => {
    const kind = platforms.indexOf(node.member[0]) % shapes.length;
    const size = 4 + 5 * Math.sqrt(node.member[4] / most);
    node.size = size;
    return draw("path", {
      d: shapes[kind].path(size), transform: `translate(${node.x},${node.y})`, class: "actor g" + (kind + 1),
      click: (event) => { event.stopPropagation(); choose(node); },
      pointerenter: () => light(node), pointerleave: () => light(picked),
    }, draw("title", {}, node.member[1] + ", " + upper(node.member[0])));
  });
  const labels = labelled(nodes);
  const tip = draw("text", { class: "label tip" });
  const inside = draw("g", {}, lines, marks, labels, tip);
  const title = "Network of " + some(nodes.length, "actor", "actors") + " and " + some(finding.edges.length, "link", "links") +
    ". Arrow keys walk from actor to actor, plus and minus zoom, 0 shows the whole.";
  const svg = draw("svg", {
    viewBox: `0 0 ${pictureWidth} ${pictureHeight}`, tabindex: "0", role: "application", "aria-roledescription": "network picture",
    "aria-label": title, class: "network", keydown: keys, click: () => choose(null), wheel,
    pointerdown: grab, pointermove: drag, pointerup: drop, pointercancel: drop,
  }, inside);
  // The first focus says where one is.
  svg.addEventListener("focus", () => { if (!picked && nodes.length && svg.matches(":focus-visible")) choose(nodes[0]); });

  function light(node) {
    tip.replaceChildren();
    inside.classList.toggle("lit", Boolean(node));
    lines.forEach((line, place) => {
      const [a, b] = finding.edges[place];
      line.classList.toggle("on", Boolean(node) && (nodes[a] === node || nodes[b] === node));
    });
    marks.forEach((mark, place) => {
      mark.classList.toggle("on", Boolean(node) && (nodes[place] === node || node.near.has(nodes[place])));
      mark.classList.toggle("picked", nodes[place] === picked);
      mark.classList.toggle("found", Boolean(word) && nodes[place].member[1].toLowerCase().includes(word));
    });
    if (node) {
      const right = node.x > pictureWidth * 0.7;
      tip.setAttribute("x", node.x + (right ? -1 : 1) * (node.size + 5));
      tip.setAttribute("y", node.y + 4);
      tip.setAttribute("text-anchor", right ? "end" : "start");
      tip.append(document.createTextNode(short(node.member[1], 40)));
    }
  }
  function choose(node, quiet) {
    picked = node;
    light(node);
    if (node && view.k > 1) { view.x = pictureWidth / 2 - node.x * view.k; view.y = pictureHeight / 2 - node.y * view.k; place(); }
    if (node) say(node.member[1] + ", " + upper(node.member[0]) + ", " + some(node.member[4], "link", "links") + ", score " + node.member[2].toFixed(4));
    if (!quiet) onPick(node ? node.member : null);
  }
  function walk(dx, dy) {
    if (!picked) return choose(nodes[0]);
    let best = null;
    let least = Infinity;
    for (const node of nodes) {
      const along = (node.x - picked.x) * dx + (node.y - picked.y) * dy;
      const aside = Math.abs((node.x - picked.x) * dy) + Math.abs((node.y - picked.y) * dx);
      if (node !== picked && along > 0 && along + 2 * aside < least) { best = node; least = along + 2 * aside; }
    }
    if (best) choose(best);
    else say("No actor further that way.");
  }
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !nodes.length) return;
    const acts = {
      ArrowLeft: () => walk(-1, 0), ArrowRight: () => walk(1, 0), ArrowUp: () => walk(0, -1), ArrowDown: () => walk(0, 1),
      Home: () => choose(nodes[0]), End: () => choose(nodes[nodes.length - 1]), Escape: () => choose(null),
      "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: whole,
    };
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }
  function place() {
    inside.setAttribute("transform", `translate(${view.x.toFixed(1)},${view.y.toFixed(1)}) scale(${view.k.toFixed(3)})`);
    svg.classList.toggle("zoomed", view.k > 1);
  }
  function zoom(by, x = picked ? picked.x * view.k + view.x : pictureWidth / 2, y = picked ? picked.y * view.k + view.y : pictureHeight / 2) {
    const k = Math.min(12, Math.max(1, view.k * by));
    view.x = x - ((x - view.x) * k) / view.k;
    view.y = y - ((y - view.y) * k) / view.k;
    view.k = k;
    if (k === 1) view.x = view.y = 0;
    place();
  }
  function whole() { Object.assign(view, { x: 0, y: 0, k: 1 }); place(); }
  function at(event) {
    const box = svg.getBoundingClientRect();
    const size = Math.min(box.width / pictureWidth, box.height / pictureHeight);
    return [(event.clientX - box.left - (box.width - size * pictureWidth) / 2) / size, (event.clientY - box.top - (box.height - size * pictureHeight) / 2) / size];
  }
  // The wheel scrolls the page unless the reader is in the picture or asks for zoom.
  function wheel(event) {
    if (!event.ctrlKey && document.activeElement !== svg) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, ...at(event));
  }
  let held = null;
  function grab(event) { if (view.k > 1 && event.button === 0) held = at(event); }
  function drag(event) {
    if (!held) return;
    const now = at(event);
    view.x += now[0] - held[0];
    view.y += now[1] - held[1];
    held = now;
    place();
  }
  function drop() { held = null; }

  const button = (text, label, act) => el("button", { type: "button", "aria-label": label, title: label, click: act }, text);
  const search = el("input", {
    type: "search", placeholder: "Find in the picture", "aria-label": "Find an actor in the picture",
    input: (event) => { word = event.target.value.trim().toLowerCase(); light(picked); },
    keydown: (event) => {
      if (event.key !== "Enter") return;
      const found = word && nodes.find((node) => node.member[1].toLowerCase().includes(word));
      if (found) choose(found);
      else say("No actor in the picture has that name.");
    },
  });
  const bar = el("div", { class: "tools" }, search,
    button("+", "Zoom in", () => zoom(1.4)), button("−", "Zoom out", () => zoom(1 / 1.4)), button("Whole", "Show the whole picture", whole));
  const kinds = [...new Set(nodes.map((node) => node.member[0]))];
  const words = kinds.map((kind) => upper(shapes[platforms.indexOf(kind) % shapes.length].word) + ": " + upper(kind) + ". ").join("");
  const caption = el("figcaption", {}, words, "Larger: linked to more members. Thicker line: less likely by chance. Showing " +
    count(nodes.length) + " of " + some(finding.members_in_all, "actor", "actors") + ", " + count(finding.edges.length) + " of " +
    some(finding.edges_in_all, "link", "links") + (finding.edges.length < finding.edges_in_all ? " (the surest)" : "") +
    ". Nearness has no further meaning. With the picture in focus, arrow keys walk from actor to actor; the table is in step.");
  return {
    node: el("figure", { class: "picture" }, bar, svg, caption),
    pick: (member) => choose(nodes.find((node) => node.member === member) || null, true),
  };
}

const short = (text, most) => { const signs = [...seen(text)]; return signs.length > most ? signs.slice(0, most - 1).join("") + "…" : signs.join(""); };

// Names where there is room for them, the most linked actors first.
function labelled(nodes) {
  const taken = nodes.map((node) => [node.x - node.size, node.y - node.size, node.x + node.size, node.y + node.size]);
  const free = (box) => box[0] > 0 && box[2] < pictureWidth && box[1] > 0 && box[3] < pictureHeight &&
    taken.every((other) => box[2] < other[0] || other[2] < box[0] || box[3] < other[1] || other[3] < box[1]);
  const labels = [];
  for (const node of nodes) {
    if (labels.length >= 30) break;
    const text = short(node.member[1], 22);
    const wide = [...text].length * 6.4;
    for (const end of [false, true]) {
      const x = end ? node.x - node.size - 4 - wide : node.x + node.size + 4;
      const box = [x, node.y - 6, x + wide, node.y + 6];
      if (!free(box)) continue;
      taken.push(box);
      labels.push(draw("text", { x: end ? x + wide : x, y: node.y + 4, class: "label", "text-anchor": end ? "end" : "start" }, text));
      break;
    }
  }
  return labels;
}
