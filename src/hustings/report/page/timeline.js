// When they acted together: one line a time, taller with more actors; the table beneath says the same.

function timeline(finding) {
  const [width, height, base, left] = [640, 120, 96, 8];
  const times = finding.moments;
  const first = times[0][0];
  const last = Math.max(first + 60e6, times[times.length - 1][0]);
  const most = Math.max(...times.map((row) => row[1]));
  const across = (at) => left + ((at - first) / (last - first)) * (width - 2 * left);
  const tall = (actors) => 8 + ((actors - 1) / Math.max(1, most - 1)) * 68;
  const lines = times.map(([at, actors, thing]) =>
    draw("line", { x1: across(at).toFixed(1), x2: across(at).toFixed(1), y1: base, y2: (base - tall(actors)).toFixed(1), class: "act" },
      draw("title", {}, moment(at) + " UTC: " + some(actors, "actor", "actors") + ", " + finding.things[thing].join(" "))));
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", class: "timeline",
    "aria-label": "When they acted together: " + some(times.length, "time", "times") + " from " + day(first) + " to " + day(last) + "; the table beneath lists them.",
  }, draw("line", { x1: 0, x2: width, y1: base, y2: base, class: "axis" }), lines, ticks(first, last, across, base, width),
  draw("text", { x: left, y: 12, class: "tick" }, "tallest: " + some(most, "actor", "actors")));
  const table = () => sortable({
    label: "When they acted together", rows: times, shown: 20, order: [0, false], filter: null,
    columns: [
      { title: "Time (UTC)", value: (row) => row[0], show: (row) => moment(row[0]) },
      { title: "Actors", figure: true, value: (row) => row[1] },
      { title: "Posts", figure: true, value: (row) => row[3] },
      { title: "Kind", value: (row) => finding.things[row[2]][0] },
      { title: "Trace", name: true, value: (row) => finding.things[row[2]][1] },
    ],
  }).node;
  const details = el("details", { toggle: () => { if (details.open && details.children.length === 1) details.append(table()); } },
    el("summary", {}, "As a table (" + count(times.length) + ")"));
  const what = finding.timed
    ? "One line: one thing that members posted, each at most " + lasting(run.window_s) + " after the one before."
    : "One line: one rare thing, where it was first posted by a member.";
  const part = times.length < finding.moments_in_all ? " Showing the " + count(times.length) + " tallest of " + count(finding.moments_in_all) + "." : " All " + count(times.length) + " are shown.";
  return el("figure", {}, svg, el("figcaption", {}, what + " Taller: more actors. Times in UTC." + part), details);
}

function ticks(first, last, across, base, width) {
  const dayMicros = 86400e6;
  const hour = 3600e6;
  const steps = [60e6, 300e6, 900e6, hour, 3 * hour, 6 * hour, dayMicros, 2 * dayMicros, 7 * dayMicros, 14 * dayMicros, 30 * dayMicros, 91 * dayMicros, 182 * dayMicros, 365 * dayMicros, 1826 * dayMicros];
  const step = steps.find((size) => (last - first) / size <= 7) || steps[steps.length - 1];
  const marks = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    const x = across(at);
    const text = step < dayMicros ? moment(at).slice(-8, -3) : step < 300 * dayMicros ? day(at).replace(/ \d+$/, step > 60 * dayMicros ? "$&" : "") : String(new Date(at / 1000).getUTCFullYear());
    marks.push(draw("line", { x1: x, x2: x, y1: base, y2: base + 5, class: "axis" }));
    if (x > 20 && x < width - 24) marks.push(draw("text", { x, y: base + 18, class: "tick", "text-anchor": "middle" }, text));
  }
  return marks;
}
