// The page: which finding is open, the list, search, keys and print.

const run = JSON.parse(document.getElementById("run").textContent);
const findings = new Map(run.findings.map((finding) => [finding.number, finding]));
const articles = [...document.querySelectorAll("article.finding")];
const links = new Map([...document.querySelectorAll(".list a[data-finding]")].map((link) => [link.dataset.finding, link]));
document.documentElement.classList.add("scripted");

function dress(article) {
  if (article.dataset.dressed) return;
  article.dataset.dressed = "yes";
  const finding = findings.get(Number(article.dataset.finding));
  if (!finding) return;
  const table = sortable({
    label: "Members", rows: finding.members, shown: 50, order: [4, true], filter: "Filter members",
    note: finding.members.length < finding.members_in_all ? "The page holds " + count(finding.members.length) + " of " + count(finding.members_in_all) + "; members.parquet holds all." : "",
    onPick: (member) => { picture.pick(member); table.pick(member); },
    columns: [
      { title: "Actor", name: true, value: (row) => row[1] },
      { title: "Platform", value: (row) => upper(row[0]) },
      { title: "Basis", value: (row) => row[3].replaceAll("+", ", ") },
      { title: "Score", figure: true, value: (row) => row[2], show: (row) => row[2].toFixed(4) },
      { title: "Links", figure: true, value: (row) => row[4] },
      { title: "Times together", figure: true, value: (row) => row[5] },
      { title: "Things shared", figure: true, value: (row) => row[6] },
    ],
  });
  const picture = network(finding, run.platforms, (member) => table.pick(member));
  const traces = sortable({
    label: "Most shared traces", rows: finding.traces, shown: 10, order: [2, true], filter: null,
    note: finding.traces.length < finding.traces_in_all ? "Of " + count(finding.traces_in_all) + " traces the " + count(finding.traces.length) + " shared by most are here." : "",
    columns: [
      { title: "Trace", name: true, value: (row) => finding.things[row[0]][1] },
      { title: "Kind", value: (row) => finding.things[row[0]][0] },
      { title: "Actors", figure: true, value: (row) => row[1] },
      { title: "Rows", figure: true, value: (row) => row[2] },
      { title: "First (UTC)", value: (row) => row[3], show: (row) => moment(row[3]) },
      { title: "Last (UTC)", value: (row) => row[4], show: (row) => moment(row[4]) },
      { title: "Median gap", figure: true, value: (row) => row[5], show: (row) => lasting(row[5]) },
    ],
  });
  const place = article.querySelector(".drawn");
  place.append(el("div", { class: "pair" },
    el("section", {}, el("h2", {}, "Who is linked to whom"), picture.node),
    el("section", {}, el("h2", {}, "Members"), table.node)));
  if (finding.moments.length) place.append(el("h2", {}, finding.timed ? "When they acted together" : "When the shared things first appeared"), timeline(finding));
  place.append(el("h2", {}, "What they shared most"), traces.node, evidence(finding));
  const save = article.querySelector("button.save");
  save.hidden = false;
  save.addEventListener("click", () => download(finding));
}

let open = null;
function show(article, move) {
  open = article;
  for (const other of articles) other.classList.toggle("open", other === article);
  for (const link of links.values()) link.removeAttribute("aria-current");
  const link = links.get(article.dataset.finding);
  if (link) {
    link.setAttribute("aria-current", "true");
    const list = link.closest(".list");
    if (list.scrollHeight > list.clientHeight) list.scrollTop += link.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
  }
  dress(article);
  document.title = "Finding " + article.dataset.finding + " - Hustings";
  if (move) {
    article.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, Math.max(0, article.getBoundingClientRect().top + scrollY - 16));
  }
}
function fromAddress(move) {
  const article = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (article && articles.includes(article)) show(article, move);
  else if (articles.length && !open) show(articles[0], false);
}
function step(by) {
  if (!articles.length) return;
  const held = articles.filter((article) => { const link = links.get(article.dataset.finding); return !link || !link.closest("li").hidden || article === open; });
  const next = held[held.indexOf(open) + by];
  if (next) {
    // The address answers later, after the next key may have been pressed: what is open changes now.
    show(next, true);
    location.hash = next.id;
  } else say(by > 0 ? "This is the last finding." : "This is the first finding.");
}

const search = document.getElementById("search");
const matched = document.getElementById("matched");
function narrow() {
  const word = search.value.trim().toLowerCase();
  let left = 0;
  for (const [number, link] of links) {
    const finding = findings.get(Number(number));
    const texts = () => [...finding.members.map((m) => m[1]), ...finding.things.map((t) => t[1]), ...finding.led.map((l) => l[1])];
    const held = !word || "finding " + number === word || number === word || texts().some((text) => text.toLowerCase().includes(word));
    link.closest("li").hidden = !held;
    left += held;
  }
  matched.textContent = word ? some(left, "finding", "findings") + " with this actor or trace among what the page holds." : "";
}
if (search) {
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const first = [...links.values()].find((link) => !link.closest("li").hidden);
      if (first) location.hash = first.getAttribute("href");
    } else if (event.key === "Escape") { search.value = ""; narrow(); search.blur(); }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const acts = {
    j: () => step(1), k: () => step(-1),
    e: () => { if (open) download(findings.get(Number(open.dataset.finding))); },
    "/": () => { if (search) search.focus(); },
  };
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});
for (const button of document.querySelectorAll("button[data-step]")) {
  button.hidden = false;
  button.addEventListener("click", () => step(Number(button.dataset.step)));
}
addEventListener("hashchange", () => { if (!open || open.id !== decodeURIComponent(location.hash.slice(1))) fromAddress(true); });
addEventListener("beforeprint", () => articles.forEach(dress));
const fold = document.querySelector(".list details");
const narrowPage = matchMedia("(max-width: 900px)");
const folded = () => { if (fold) fold.open = !narrowPage.matches; };
narrowPage.addEventListener("change", folded);
folded();
if (fold) fold.addEventListener("click", (event) => { if (narrowPage.matches && event.target.closest("a")) fold.open = false; });
fromAddress(Boolean(location.hash));
