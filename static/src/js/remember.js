// A second entry offers the last choices: selects and radios of a form, on this device, per person.

const PREFIX = "choices|";

export function rememberChoices() {
  const who = document.body.dataset.person;
  if (!who) return;
  for (const form of document.querySelectorAll("form[data-remember]")) {
    const place = `${PREFIX}${who}|${form.dataset.remember}`;
    if (!document.querySelector("[data-error-summary]")) offer(form, JSON.parse(localStorage.getItem(place) || "{}"));
    form.addEventListener("submit", () => localStorage.setItem(place, JSON.stringify(chosen(form))));
  }
}

export function forgetChoices() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

function offer(form, choices) {
  for (const control of form.elements) {
    const last = choices[control.name];
    if (last === undefined) continue;
    if (control.tagName === "SELECT" && !control.value) control.value = last;
    if (control.type === "radio" && control.value === last && untouched(form, control.name)) control.checked = true;
  }
}

function untouched(form, name) {
  return ![...form.elements].some((control) => control.name === name && control.checked);
}

function chosen(form) {
  const choices = {};
  for (const control of form.elements) {
    if (control.tagName === "SELECT" && !control.multiple) choices[control.name] = control.value;
    if (control.type === "radio" && control.checked) choices[control.name] = control.value;
  }
  return choices;
}
