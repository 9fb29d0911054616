// The network of a finding or a run: sigma draws places that the server computed; table and panel stay in step with it.
//
//   <hustings-network src="network.json" table="id of the table in step" [actors between panel | groups] [one many]>
//
// actors, between   addresses of an actor and of a pair, with 0 for the numbers; what they show goes into #panel
// groups            id of a JSON script: number of a finding -> its page; then dots belong to findings
// one, many         what a dot is called where it is no actor
(() => {
  "use strict";
  const LABELS = 40; // group labels at once
  const count = (number) => Number(number).toLocaleString("en-GB");
  const some = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") node.addEventListener(name, value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };
  const webgl = () => {
    try {
      const canvas = document.createElement("canvas");
      return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
    } catch { return false; }
  };

  class HustingsNetwork extends HTMLElement {
    async connectedCallback() {
      if (this.begun) return;
      this.begun = true;
      this.one = this.getAttribute("word") || "actor";
      this.many = this.getAttribute("words") || "actors";
      this.canvas = this.querySelector(".canvas");
      this.table = () => document.getElementById(this.getAttribute("table"));
      if (!globalThis.Network || !webgl()) {
        this.sentence("This browser cannot draw the picture (it lacks WebGL). The tables beneath show all that it shows.");
        return;
      }
      try {
        const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        this.draw(await answer.json());
      } catch (error) {
        this.sentence("The picture could not be loaded. The tables beneath show all that it shows.");
        this.setAttribute("failed", String(error));
      }
    }

    disconnectedCallback() { this.sigma?.kill(); }

    sentence(text) { this.canvas.replaceChildren(el("p", { class: "quiet" }, text)); }

    draw(data) {
      const { actors, links } = data;
      this.data = data;
      const groups = document.getElementById(this.getAttribute("groups"));
      this.pages = groups ? JSON.parse(groups.textContent) : null;
      this.keys = actors.number.map(String);
      const graph = new globalThis.Network.Graph({ multi: false, type: "undirected" });
      const most = Math.max(1, ...sample(actors.links));
      const crowd = actors.number.length;
      const [least, more] = crowd > 2000 ? [1, 3] : crowd > 300 ? [2, 4] : crowd > 40 ? [3, 5] : [4, 7];
      for (let i = 0; i < crowd; i++) {
        graph.addNode(this.keys[i], {
          x: actors.x[i], y: -actors.y[i], at: i, size: least + more * Math.sqrt(actors.links[i] / most),
          platform: actors.platform[i], label: this.pages ? `${actors.name[i]}, finding ${actors.group[i]}` : actors.name[i],
        });
      }
      const thin = links.a.length > 3000 ? 0.3 : 0.8;
      for (let i = 0; i < links.a.length; i++) {
        const a = this.keys[links.a[i]];
        const b = this.keys[links.b[i]];
        if (!graph.hasEdge(a, b)) graph.addEdge(a, b, { size: thin * links.strength[i], strength: links.strength[i] });
      }
      this.graph = graph;
      this.canvas.classList.remove("empty");
      this.canvas.replaceChildren();
      for (const [name, value] of Object.entries({
        tabindex: "0", role: "application", "aria-roledescription": "network picture", "data-own-keys": "",
        "aria-label": `Network of ${some(crowd, this.one, this.many)} and ${some(links.a.length, "link", "links")}. ` +
          `Arrow keys walk from ${this.one} to ${this.one}, ` + "Enter shows what is behind one, plus and minus zoom, 0 shows the whole, Escape lets go.",
      })) this.canvas.setAttribute(name, value);
      this.colours();
      this.sigma = new globalThis.Network.Sigma(graph, this.canvas, {
        allowInvalidContainer: true, renderEdgeLabels: false, enableEdgeEvents: !this.pages && links.a.length <= 20000,
        labelFont: "system-ui, sans-serif", labelSize: 12, labelDensity: 0.6, labelGridCellSize: 120,
        renderLabels: !this.pages, labelRenderedSizeThreshold: crowd > 300 ? 6 : 4, zIndex: true, minCameraRatio: 0.02, maxCameraRatio: 3, stagePadding: 36,
        defaultDrawNodeLabel: (context, node, settings) => this.label(context, node, settings),
        nodeReducer: (key, attributes) => this.node(key, attributes),
        edgeReducer: (key, attributes) => this.edge(key, attributes),
        defaultDrawNodeHover: (context, node, settings) => this.hover(context, node, settings),
      });
      this.bar();
      this.listen();
      if (this.pages) this.labels();
      const shown = this.querySelector(".extent");
      shown.textContent = `Showing ${count(crowd)} of ${some(data.actors_in_all, this.one, this.many)}, ${count(links.a.length)} of ` +
        `${some(data.links_in_all, "link", "links")}${links.a.length < data.links_in_all ? " (the surest)" : ""}.`;
      this.setAttribute("drawn", Math.round(performance.now()));
      this.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
    }

    // Colours come from the page, so that light, dark and forced colours hold here too.
    colours() {
      const style = getComputedStyle(this);
      const value = (name) => style.getPropertyValue(name).trim();
      this.palette = [1, 2, 3, 4, 5, 6].map((number) => value(`--g${number}`));
      [this.ink, this.quiet, this.line, this.sheet, this.edgeColour, this.signal] =
        ["--ink", "--quiet", "--line", "--sheet", "--edge", "--signal"].map(value);
    }

    node(key, attributes) {
      const shown = { ...attributes, color: this.palette[attributes.platform % this.palette.length], zIndex: 1 };
      if (this.lit && !this.lit.has(key)) { shown.color = this.line; shown.label = ""; shown.zIndex = 0; }
      if (this.found?.has(key)) { shown.highlighted = true; shown.zIndex = 2; }
      if (key === this.picked) { shown.highlighted = true; shown.size = attributes.size + 2; shown.zIndex = 3; shown.forceLabel = true; }
      return shown;
    }

    edge(key, attributes) {
      const on = !this.lit || this.lit.has(this.graph.source(key)) && this.lit.has(this.graph.target(key)) &&
        (!this.picked || this.graph.hasExtremity(key, this.picked));
      return { ...attributes, color: this.lit && on ? this.signal : attributes.strength > 1 ? this.edgeColour : this.line, hidden: Boolean(this.lit) && !on, zIndex: on ? 1 : 0 };
    }

    // A rim of paper keeps a name readable over lines.
    label(context, node, settings) {
      if (!node.label) return;
      context.font = `${settings.labelSize}px ${settings.labelFont}`;
      context.lineJoin = "round";
      context.lineWidth = 4;
      context.strokeStyle = this.sheet;
      context.strokeText(node.label, node.x + node.size + 3, node.y + 4);
      context.fillStyle = this.ink;
      context.fillText(node.label, node.x + node.size + 3, node.y + 4);
    }

    hover(context, node, settings) {
      context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
      const text = node.label || this.graph.getNodeAttribute(node.key, "label");
      const wide = context.measureText(text).width;
      const right = node.x + node.size + wide + 16 < this.canvas.clientWidth;
      const x = right ? node.x + node.size + 4 : node.x - node.size - wide - 12;
      context.fillStyle = this.sheet;
      context.strokeStyle = this.edgeColour;
      context.beginPath();
      context.rect(x, node.y - 10, wide + 8, 20);
      context.fill();
      context.stroke();
      context.beginPath();
      context.arc(node.x, node.y, node.size + 2, 0, Math.PI * 2);
      context.strokeStyle = this.ink;
      context.lineWidth = 2;
      context.stroke();
      context.fillStyle = this.ink;
      context.fillText(text, x + 4, node.y + 4);
    }

    bar() {
      const button = (text, label, act) => el("button", { type: "button", "aria-label": label, title: label, click: act }, text);
      this.said = el("output", { "aria-live": "polite" });
      this.search = el("input", {
        type: "search", placeholder: "Find in the picture", "aria-label": `Find ${/^[aeiou]/.test(this.one) ? "an" : "a"} ${this.one} in the picture`, autocomplete: "off",
        input: () => this.seek(), keydown: (event) => { if (event.key === "Enter") { event.preventDefault(); this.next(); } },
      });
      const camera = () => this.sigma.getCamera();
      this.canvas.before(el("div", { class: "tools" }, this.search,
        button("+", "Zoom in", () => this.zoom(1 / 1.5)), button("−", "Zoom out", () => this.zoom(1.5)),
        button("Whole", "Show the whole picture", () => camera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 })), this.said));
    }

    listen() {
      this.sigma.on("clickNode", ({ node }) => this.choose(node));
      this.sigma.on("clickEdge", ({ edge }) => this.pair(...this.graph.extremities(edge)));
      this.sigma.on("clickStage", () => this.choose(null));
      this.sigma.on("enterNode", ({ node }) => { this.canvas.classList.add("over"); if (!this.picked) this.light(node); });
      this.sigma.on("leaveNode", () => { this.canvas.classList.remove("over"); if (!this.picked) this.light(null); });
      this.canvas.addEventListener("keydown", (event) => this.key(event));
      // The first focus by key says where one is; a press of the mouse chooses by itself what it is on.
      this.canvas.addEventListener("focus", () => { if (!this.pressed && !this.picked && this.keys.length && this.canvas.matches(":focus-visible")) this.choose(this.keys[0], true); });
      // The wheel scrolls the page unless the reader is in the picture or asks for zoom.
      this.canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !this.canvas.contains(document.activeElement)) event.stopPropagation();
      }, { capture: true });
      this.canvas.addEventListener("pointerdown", () => {
        this.pressed = true;
        this.canvas.focus({ preventScroll: true });
        this.pressed = false;
      });
      document.addEventListener("click", (event) => this.row(event));
      document.addEventListener("htmx:afterSettle", () => this.mark());
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
        this.colours();
        this.sigma.refresh();
      });
    }

    light(key) {
      this.lit = key ? new Set([key, ...this.graph.neighbors(key)]) : null;
      this.sigma.refresh({ skipIndexation: true });
    }

    // One actor, wherever it was chosen: picture, row and panel say the same.
    choose(key, quiet) {
      this.picked = key;
      this.light(key);
      this.mark();
      this.fill(key, quiet);
      if (!key) { this.said.value = ""; return; }
      const at = this.graph.getNodeAttribute(key, "at");
      const { actors } = this.data;
      this.said.value = `${this.graph.getNodeAttribute(key, "label")}: ${some(actors.links[at], "link", "links")}`;
    }

    fill(key, quiet) {
      if (quiet || !this.hasAttribute("panel")) return;
      const panel = document.getElementById(this.getAttribute("panel"));
      if (!key) return;
      this.load(panel, this.getAttribute("actors").replace("/0/", `/${key}/`));
    }

    pair(a, b) {
      if (!this.hasAttribute("between")) return;
      this.picked = null;
      this.lit = new Set([a, b]);
      this.sigma.refresh({ skipIndexation: true });
      const name = (key) => this.graph.getNodeAttribute(key, "label");
      this.said.value = `${name(a)} and ${name(b)}`;
      this.load(document.getElementById(this.getAttribute("panel")), this.getAttribute("between").replace("/0/0/", `/${a}/${b}/`));
    }

    load(panel, address) {
      panel.dataset.shows = address;
      globalThis.htmx?.ajax("GET", address, { target: panel, select: "#part", swap: "innerHTML" });
    }

    // Rows lead to their page; beside a picture they choose, and the page is one more click away.
    row(event) {
      const link = event.target.closest?.("a[href]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      const panel = document.getElementById(this.getAttribute("panel"));
      const key = this.keyOf(link);
      if (this.table()?.contains(link) && key !== null && !this.pages) {
        event.preventDefault();
        this.choose(key);
        this.centre(key);
      } else if (panel?.contains(link)) {
        const pair = /\/between\/(\d+)\/(\d+)\/$/.exec(link.pathname);
        if (!pair) return;
        event.preventDefault();
        this.pair(pair[1], pair[2]);
      }
    }

    keyOf(link) {
      const found = /\/actors\/(\d+)\/$/.exec(link.pathname);
      return found && this.graph.hasNode(found[1]) ? found[1] : null;
    }

    // The row of what is chosen; where the table shows another page, it is filtered to it.
    mark() {
      const table = this.table();
      if (!table) return;
      const group = this.pages && this.picked ? this.pages[this.data.actors.group[this.graph.getNodeAttribute(this.picked, "at")]] : null;
      let here = false;
      for (const row of table.querySelectorAll("tbody tr")) {
        const links = [...row.querySelectorAll("a[href]")];
        const on = Boolean(this.picked) && links.some((link) => (this.pages ? link.pathname === group : this.keyOf(link) === this.picked));
        row.toggleAttribute("aria-selected", on);
        if (on) { row.setAttribute("aria-selected", "true"); here = true; }
      }
      if (this.picked && !here && !this.pages && this.asked !== this.picked) {
        this.asked = this.picked;
        const name = this.data.actors.name[this.graph.getNodeAttribute(this.picked, "at")];
        const address = new URL(location.href);
        address.search = new URLSearchParams({ "members.find": name });
        globalThis.htmx?.ajax("GET", address.pathname + address.search, { target: table, select: `#${table.id}`, swap: "outerHTML" });
      }
      if (here) this.asked = null;
    }

    seek() {
      const word = this.search.value.trim().toLowerCase();
      this.hits = word ? this.keys.filter((key, at) => this.data.actors.name[at].toLowerCase().includes(word)) : [];
      this.found = new Set(this.hits.slice(0, 200));
      this.said.value = word ? some(this.hits.length, this.one, this.many) : "";
      this.sigma.refresh({ skipIndexation: true });
    }

    next() {
      if (!this.hits?.length) { this.said.value = `No ${this.one} in the picture has that in its name.`; return; }
      const key = this.hits[(this.hits.indexOf(this.picked) + 1) % this.hits.length];
      this.choose(key);
      this.centre(key, 0.35);
    }

    centre(key, ratio) {
      const camera = this.sigma.getCamera();
      const place = this.sigma.getNodeDisplayData(key);
      if (place) camera.setState({ x: place.x, y: place.y, ratio: Math.min(camera.ratio, ratio || camera.ratio) });
    }

    zoom(by) {
      const camera = this.sigma.getCamera();
      camera.setState({ ratio: Math.min(3, Math.max(0.02, camera.ratio * by)) });
    }

    walk(dx, dy) {
      if (!this.picked) { this.choose(this.keys[0]); return; }
      const from = this.graph.getNodeAttributes(this.picked);
      let best = null;
      let least = Infinity;
      this.graph.forEachNode((key, { x, y }) => {
        const along = (x - from.x) * dx + (y - from.y) * dy;
        const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
        if (key !== this.picked && along > 0 && along + 2 * aside < least) { best = key; least = along + 2 * aside; }
      });
      if (!best) { this.said.value = `No ${this.one} further that way.`; return; }
      this.choose(best, true);
      if (this.sigma.getCamera().ratio < 0.9) this.centre(best);
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const acts = {
        ArrowLeft: () => this.walk(-1, 0), ArrowRight: () => this.walk(1, 0), ArrowUp: () => this.walk(0, 1), ArrowDown: () => this.walk(0, -1),
        Home: () => this.choose(this.keys[0], true), End: () => this.choose(this.keys[this.keys.length - 1], true),
        Enter: () => this.open(), Escape: () => this.choose(null), "+": () => this.zoom(1 / 1.5), "=": () => this.zoom(1 / 1.5),
        "-": () => this.zoom(1.5), 0: () => this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }),
      };
      if (!Object.hasOwn(acts, event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    }

    open() {
      if (!this.picked) return;
      if (this.pages) {
        const page = this.pages[this.data.actors.group[this.graph.getNodeAttribute(this.picked, "at")]];
        if (page) location.assign(page);
      } else this.fill(this.picked);
    }

    // The number of each finding over its dots, the largest first, where there is room.
    labels() {
      const places = new Map();
      const { actors } = this.data;
      actors.group.forEach((group, at) => {
        if (group < 0) return;
        const held = places.get(group) || { group, n: 0, x: 0, y: 0, yy: 0 };
        held.n += 1;
        held.x += actors.x[at];
        held.y += actors.y[at];
        held.yy += actors.y[at] ** 2;
        places.set(group, held);
      });
      const groups = [...places.values()].sort((a, b) => b.n - a.n || a.group - b.group);
      // Over most of them: one who stands far off, tied to another group, does not draw the number along.
      for (const each of groups) each.top = each.y / each.n - 1.5 * Math.sqrt(Math.max(0, each.yy / each.n - (each.y / each.n) ** 2));
      for (const each of groups) each.label = el("span", { class: "group", "aria-hidden": "true" }, String(each.group));
      const layer = el("div", {}, ...groups.map((each) => each.label));
      this.canvas.append(layer);
      const place = () => {
        const taken = [];
        for (const each of groups) {
          const at = this.sigma.graphToViewport({ x: each.x / each.n, y: -each.top });
          const box = [at.x - 14, at.y - 22, at.x + 14, at.y - 2];
          const free = taken.length < LABELS && box[0] > 0 && box[1] > 0 && box[2] < this.canvas.clientWidth && box[3] < this.canvas.clientHeight &&
            taken.every((other) => box[2] < other[0] || other[2] < box[0] || box[3] < other[1] || other[3] < box[1]);
          each.label.hidden = !free;
          if (!free) continue;
          taken.push(box);
          each.label.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y - 22)}px) translateX(-50%)`;
        }
      };
      this.sigma.on("afterRender", place);
      place();
    }
  }

  // Math.max takes no list of any length.
  const sample = (numbers) => [numbers.reduce((most, number) => Math.max(most, number), 0)];

  customElements.define("hustings-network", HustingsNetwork);
})();
