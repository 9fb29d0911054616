// Keys, menus and answers of the server: everything works without this file, it only takes fewer steps with it.
(() => {
  "use strict";
  const SHORTCUTS = "hustings.shortcuts"; // kept per browser: people who dictate turn single keys off
  const on = () => {
    try { return localStorage.getItem(SHORTCUTS) !== "off"; } catch { return true; }
  };
  const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], [data-own-keys]");
  const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
  const first = (selector) => [...document.querySelectorAll(selector)].find(seen);

  // Places that j and k walk: rows of tables, entries of lists, results.
  const stops = () => [...document.querySelectorAll(
    "[data-rows] tbody tr, .waiting li, .hits li, .list li",
  )].map((row) => row.querySelector("a[href], button")).filter((stop) => stop && seen(stop));
  const walk = (step) => {
    const places = stops();
    if (!places.length) return false;
    const here = places.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : places.length - 1) : Math.min(Math.max(here + step, 0), places.length - 1);
    places[next].focus();
    return true;
  };

  const keysDialog = () => document.getElementById("keys");
  const showKeys = () => {
    const dialog = keysDialog();
    if (!dialog || dialog.open) return false;
    const list = dialog.querySelector("[data-page-keys]");
    list.replaceChildren();
    for (const element of document.querySelectorAll("[data-key]")) {
      if (!seen(element)) continue;
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      key.textContent = element.dataset.key.toUpperCase();
      term.append(key);
      const words = document.createElement("dd");
      const copy = element.cloneNode(true);
      for (const inner of copy.querySelectorAll("kbd")) inner.remove();
      words.textContent = copy.textContent.trim();
      list.append(term, words);
    }
    list.parentElement.querySelector("[data-page-keys-head]").hidden = !list.children.length;
    dialog.querySelector("[data-shortcuts]").checked = on();
    dialog.showModal();
    return true;
  };

  let going = 0; // when `g` was pressed: the next letter opens an entry of the navigation
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.activeElement?.closest("details.menu[open], details.confirm[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") || !on()) return;
    const letter = event.key.toLowerCase();
    let done = false;
    if (going && event.timeStamp - going < 1500) {
      const entry = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
      if (entry) { entry.click(); done = true; }
      going = 0;
    } else if (event.key === "?") done = showKeys();
    else if (event.key === "/") { const box = document.getElementById("search"); box?.focus(); box?.select(); done = Boolean(box); }
    else if (letter === "j") done = walk(1);
    else if (letter === "k") done = walk(-1);
    else if (letter === "g") { going = event.timeStamp; done = true; }
    else {
      const target = first(`[data-key="${CSS.escape(letter)}"]`);
      if (target) { target.focus(); target.click(); done = true; }
    }
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest("[data-show-keys]")) { if (showKeys()) event.preventDefault(); }
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-shortcuts]")) return;
    try { localStorage.setItem(SHORTCUTS, event.target.checked ? "on" : "off"); } catch { /* not kept: private window */ }
  });

  // What was wrong in a form is read first.
  document.addEventListener("DOMContentLoaded", () => document.querySelector(".wrong")?.focus());

  // What may no longer be read is asked for as a page, so that the page of the refusal is seen, not half a swap.
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403 || status === 404) location.assign(event.detail.pathInfo.finalRequestPath);
    else say("That did not work: the server answered with an error. Nothing was changed. Try again, or reload the page.");
  });
  document.addEventListener("htmx:sendError", () => say("The server could not be reached. Nothing was changed. Try again."));
  function say(words) {
    const item = document.createElement("p");
    item.className = "error";
    item.textContent = words;
    document.getElementById("said")?.replaceChildren(item);
  }

  // Suggestions under the search box: arrows walk them, Escape puts them away.
  document.addEventListener("alpine:init", () => {
    window.Alpine.data("suggestions", () => ({
      links() { return [...this.$refs.found.querySelectorAll("a")]; },
      down() {
        const links = this.links();
        const next = links[links.indexOf(document.activeElement) + 1];
        if (next) next.focus();
      },
      up() {
        const links = this.links();
        const here = links.indexOf(document.activeElement);
        if (here > 0) links[here - 1].focus();
        else this.$refs.box.focus();
      },
      away() { this.$refs.found.replaceChildren(); this.$refs.box.focus(); },
      left(event) { if (!this.$root.contains(event.relatedTarget)) this.$refs.found.replaceChildren(); },
    }));
  });
})();
