// The rows behind a finding: as a table, and out again as CSV.

const shownRows = 200;

function actorOf(finding, number) {
  const member = finding.members[number];
  return member ? [member[0], member[1]] : finding.others[number - finding.members.length];
}

function evidence(finding) {
  const all = finding.rows;
  const rows = all.slice(0, shownRows);
  const who = (number) => actorOf(finding, number)[1];
  const text = finding.rows_in_all > all.length
    ? "The CSV made here holds the first " + count(all.length) + " of " + count(finding.rows_in_all) + " rows; evidence.parquet beside this page holds all."
    : "The CSV made here holds all " + some(all.length, "row", "rows") + ".";
  const table = sortable({
    label: "Evidence rows", rows, shown: shownRows, filter: "Filter these rows",
    columns: [
      { title: "Actor", name: true, value: (row) => who(row[0]) },
      { title: "and actor", name: true, value: (row) => who(row[1]) },
      { title: "Kind", value: (row) => finding.things[row[2]][0] },
      { title: "Trace", name: true, value: (row) => finding.things[row[2]][1] },
      { title: "Content", name: true, value: (row) => row[3] },
      { title: "and content", name: true, value: (row) => row[4] },
      { title: "Time (UTC)", value: (row) => row[5], show: (row) => moment(row[5]) },
      { title: "Gap", figure: true, value: (row) => Math.abs(row[5] - row[6]), show: (row) => lasting(Math.abs(row[5] - row[6]) / 1e6) },
    ],
  });
  return el("section", { class: "evidence" },
    el("h2", {}, "Evidence: " + (rows.length < finding.rows_in_all ? "first " + count(rows.length) + " of " : "") + some(finding.rows_in_all, "row", "rows")),
    table.node, el("p", { class: "small quiet" }, text));
}

// A spreadsheet would run a cell that begins like a formula: such a cell gets an apostrophe.
function cell(value) {
  let text = String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csv(finding) {
  const head = "finding,platform_a,actor_a,platform_b,actor_b,kind,trace,content_a,content_b,at_a,at_b,gap_s";
  const lines = finding.rows.map((row) => [
    finding.number, ...actorOf(finding, row[0]), ...actorOf(finding, row[1]), ...finding.things[row[2]], row[3], row[4],
    exact(row[5]), exact(row[6]), Math.abs(row[5] - row[6]) / 1e6,
  ].map(cell).join(","));
  return [head, ...lines].join("\r\n") + "\r\n";
}

function download(finding) {
  const place = URL.createObjectURL(new Blob(["\ufeff" + csv(finding)], { type: "text/csv" }));
  const link = el("a", { href: place, download: "finding-" + finding.number + "-evidence.csv" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(place), 10000);
  say("The evidence of finding " + finding.number + " was saved as CSV, " + some(finding.rows.length, "row", "rows") + ".");
}
