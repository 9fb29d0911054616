// Outcome and reason go together: choosing one narrows the other. Without this file the server says so instead.
(() => {
  "use strict";
  document.addEventListener("alpine:init", () => {
    window.Alpine.data("decision", () => ({
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
      },
    }));
  });
})();
