// Making and changing elements. Text is always set as text, so nothing from outside becomes markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** A new element: `element("li", {class: "card", onclick}, "text", child)`. Nulls among the children are left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** The icon of that name from the page's own sheet. */
export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  const used = document.createElementNS(SVG, "use");
  used.setAttribute("href", `#icon-${name}`);
  drawn.append(used);
  return drawn;
}

/** Set the text only where it differs, so that nothing is laid out for nothing. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
