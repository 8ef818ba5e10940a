// Reading a form into plain values and putting them back.

const SKIPPED = new Set(["csrfmiddlewaretoken", "client_key"]);

function kept(control) {
  const type = control.type;
  return control.name && !SKIPPED.has(control.name) && !["file", "password", "submit", "button"].includes(type);
}

export function read(form) {
  const values = {};
  for (const control of form.elements) {
    if (!kept(control)) continue;
    values[control.name] ??= [];
    if (["radio", "checkbox"].includes(control.type)) {
      if (control.checked) values[control.name].push(control.value);
    } else if (control.multiple) {
      values[control.name].push(...[...control.selectedOptions].map((option) => option.value));
    } else {
      values[control.name].push(control.value);
    }
  }
  return values;
}

export function write(form, values) {
  const seen = {};
  for (const control of form.elements) {
    if (!kept(control) || !values[control.name]) continue;
    const mine = values[control.name];
    if (["radio", "checkbox"].includes(control.type)) {
      control.checked = mine.includes(control.value);
    } else if (control.multiple) {
      for (const option of control.options) option.selected = mine.includes(option.value);
    } else {
      const at = (seen[control.name] = (seen[control.name] ?? -1) + 1);
      if (control.type !== "hidden" && mine[at] !== undefined) control.value = mine[at];
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// The texts that can be written without the page: their names and labels.
export function outline(form) {
  return [...form.elements]
    .filter((c) => kept(c) && (c.tagName === "TEXTAREA" || c.type === "text"))
    .map((c) => ({ name: c.name, label: c.labels?.[0]?.firstChild?.textContent.trim() || c.name, long: c.tagName === "TEXTAREA" }));
}

export function isEmpty(draft) {
  return !draft.texts.some(({ name }) => (draft.values[name] || []).some((text) => text.trim()));
}

export function isUntouched(form) {
  return ![...form.elements].some((control) => {
    if (!kept(control) || control.type === "hidden") return false;
    return ["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim();
  });
}
