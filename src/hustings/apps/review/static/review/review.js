// Outcome and reason go together: choosing one narrows the other. Without this file the server says so instead.
(() => {
  "use strict";
  const ONE_KEY = "hustings.review.onekey"; // kept per browser: whether a number decides at once
  document.addEventListener("alpine:init", () => {
    window.Alpine.data("decision", () => ({
      init() {
        // Its parts have no refs yet: they are walked after this.
        const box = this.$root.querySelector("[data-onekey]");
        try { box.checked = localStorage.getItem(ONE_KEY) === "on"; } catch { /* not kept: private window */ }
      },
      remember(event) {
        try { localStorage.setItem(ONE_KEY, event.target.checked ? "on" : "off"); } catch { /* not kept: private window */ }
      },
      chosen(event) {
        const form = this.$root;
        const reasons = [...form.querySelectorAll("[name=code]")];
        const outcomes = [...form.querySelectorAll("[name=outcome]")];
        const grounds = (reason) => reason.dataset.outcomes.split(" ");
        const at = (list) => list.find((each) => each.checked);
        if (event.target.name === "code") {
          const can = grounds(event.target);
          const outcome = at(outcomes);
          if (outcome && !can.includes(outcome.value)) outcome.checked = false;
          if (can.length === 1) outcomes.find((each) => each.value === can[0]).checked = true;
        } else if (event.target.name === "outcome") {
          const fits = reasons.filter((reason) => grounds(reason).includes(event.target.value));
          const reason = at(reasons);
          if (reason && !fits.includes(reason)) reason.checked = false;
          if (fits.length === 1) fits[0].checked = true;
        }
        const outcome = at(outcomes);
        for (const reason of reasons) reason.closest("label").classList.toggle("not", Boolean(outcome) && !grounds(reason).includes(outcome.value));
        const whole = event.target.name === "outcome" && outcome && at(reasons);
        if (whole && form.querySelector("[data-onekey]").checked && !this.sent) {
          this.sent = true; // a second key before the answer would decide the same twice
          form.requestSubmit(form.querySelector("[value=next]"));
        }
      },
    }));
  });

  // What can no longer be taken back is not offered any more.
  document.addEventListener("DOMContentLoaded", () => {
    for (const slip of document.querySelectorAll("form.slip")) setTimeout(() => {
      slip.remove();
      document.querySelector(".acts a[href$='/review/decisions/']")?.setAttribute("data-key", "u");
    }, slip.dataset.seconds * 1000);
  });
})();
