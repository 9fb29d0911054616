// A table that can be sorted by each head, filtered by a word, and shown in parts.

// columns: {title, figure?, value(row), show?(row)}; order: [column, descending?]
function sortable({ label, columns, rows, shown = 50, order, filter, empty, note, onPick }) {
  let [by, down] = order || [null, false];
  let word = "";
  let all = false;
  let picked = null;
  const heads = columns.map((column, place) =>
    el("th", { scope: "col", class: column.figure ? "number" : null },
      el("button", { type: "button", class: "head", click: () => turn(place) }, column.title)));
  const body = el("tbody", {});
  const caption = el("p", { class: "small quiet said" });
  const more = el("button", { type: "button", class: "more", click: () => { all = !all; render(); } });
  const box = el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label },
    el("table", {}, el("thead", {}, el("tr", {}, heads)), body));
  const field = filter && el("input", {
    type: "search", placeholder: filter, "aria-label": filter + " (" + label + ")",
    input: (event) => { word = event.target.value.trim().toLowerCase(); render(); },
  });

  function turn(place) {
    down = by === place ? !down : Boolean(columns[place].figure);
    by = place;
    render();
  }
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  function wanted() {
    const held = word ? rows.filter((row) => columns.some((c) => String(c.value(row)).toLowerCase().includes(word))) : rows.slice();
    if (by !== null) held.sort((x, y) => compare(columns[by].value(x), columns[by].value(y)) * (down ? -1 : 1));
    return held;
  }
  function line(row) {
    const cells = columns.map((column, place) => {
      const value = column.show ? column.show(row) : column.value(row);
      const text = typeof value === "number" ? count(value) : value;
      return el(place === 0 ? "th" : "td", { scope: place === 0 ? "row" : null, class: column.figure ? "number" : null },
        column.name ? name(text) : text);
    });
    const node = el("tr", { "aria-selected": onPick ? String(row === picked) : null }, cells);
    if (onPick) {
      const first = node.firstChild;
      const text = first.firstChild;
      first.replaceChildren(el("button", { type: "button", class: "pick", click: () => onPick(row) }, text));
    }
    return node;
  }
  function render() {
    const held = wanted();
    const part = all ? held : held.slice(0, shown);
    if (picked && held.includes(picked) && !part.includes(picked)) part.push(picked);
    body.replaceChildren(...part.map(line));
    if (!held.length) body.append(el("tr", {}, el("td", { colspan: String(columns.length) }, empty || "Nothing matches.")));
    heads.forEach((head, place) => head.setAttribute("aria-sort", by === place ? (down ? "descending" : "ascending") : "none"));
    caption.textContent = count(part.length) + " of " + count(rows.length) + " shown" + (word ? ", " + count(held.length) + " match" : "") + ". " + (note || "");
    more.hidden = held.length <= shown;
    more.textContent = all ? "Fewer" : "Show all " + count(held.length);
  }
  function pick(row) {
    picked = row;
    render();
    const line = body.querySelector("tr[aria-selected=true]");
    if (line) box.scrollTop += line.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
  render();
  return { node: el("div", { class: "rows" }, field, box, el("div", { class: "under" }, caption, more)), pick };
}
