// The error summary takes the focus; its links take it on to the control they name.

export function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    const field = control.closest(".field, fieldset") || control;
    field.scrollIntoView();
    control.focus({ preventScroll: true });
  });
}
