// Small tools for building the page: elements, lists that keep their nodes, tooltips, live region.
// Text goes in as text nodes only, so a name from a study can never become markup.

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | ((event: never) => void) | undefined>;

function fill(node: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name.slice(2), value as EventListener);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children)
    if (child !== null && child !== undefined && child !== false)
      node.append(child instanceof Node ? child : String(child));
}

/** el('button.primary', {type: 'button', onclick: run}, 'Start'): an element with classes,
 *  attributes (`on...`: listeners) and children. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag | `${Tag}.${string}`,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name as Tag);
  if (classes.length > 0) node.className = classes.join(' ');
  fill(node, attributes, children);
  return node;
}

/** The same for SVG: svg('rect', {x: 0, width: 10}). */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag | `${Tag}.${string}`,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const [name, ...classes] = tag.split('.');
  const node = document.createElementNS('http://www.w3.org/2000/svg', name as Tag);
  if (classes.length > 0) node.setAttribute('class', classes.join(' '));
  fill(node, attributes, children);
  return node;
}

/** Sets the text of a node when it differs: what stays the same is not laid out again. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets attributes that differ; undefined takes one away. */
export function setAttributes(
  node: Element,
  attributes: Record<string, string | number | undefined>,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

export function show(node: HTMLElement | SVGElement, isShown: boolean): void {
  if (isShown) node.removeAttribute('hidden');
  else node.setAttribute('hidden', '');
}

/** Makes the children of `parent` follow `items`: a node is made once per key and then kept, so
 *  focus and tooltips survive. Returns the function to call with each new list. */
export function list<Item, N extends Element>(
  parent: Element,
  keyOf: (item: Item) => string,
  create: (item: Item) => N,
  update: (node: N, item: Item, index: number) => void,
): (items: readonly Item[]) => void {
  const nodes = new Map<string, N>();
  return (items) => {
    const wanted = new Set(items.map(keyOf));
    for (const [key, node] of nodes)
      if (!wanted.has(key)) {
        node.remove();
        nodes.delete(key);
      }
    let place: Element | null = parent.firstElementChild;
    items.forEach((item, index) => {
      const key = keyOf(item);
      let node = nodes.get(key);
      if (!node) nodes.set(key, (node = create(item)));
      if (node === place) place = place.nextElementSibling;
      else parent.insertBefore(node, place);
      update(node, item, index);
    });
  };
}

// --- Tooltips ---------------------------------------------------------------------------------

let tip: HTMLElement | null = null;
let tipOf: Element | null = null;
const sentences = new WeakMap<Element, () => string>();

function hideTip(): void {
  tipOf?.removeAttribute('aria-describedby');
  tipOf = null;
  if (tip) tip.hidden = true;
}

function showTip(node: Element): void {
  const sentence = sentences.get(node)?.();
  if (!sentence) return;
  if (!tip) {
    tip = el('div.tip', { id: 'tip', role: 'tooltip' });
    document.body.append(tip);
    document.addEventListener('keydown', (event) => event.key === 'Escape' && hideTip());
    window.addEventListener('scroll', hideTip, { passive: true, capture: true });
  }
  hideTip();
  tipOf = node;
  tip.textContent = sentence;
  tip.hidden = false;
  node.setAttribute('aria-describedby', 'tip');
  const at = node.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const left = Math.min(
    Math.max(8, at.left + at.width / 2 - size.width / 2),
    innerWidth - size.width - 8,
  );
  const below = at.bottom + 8;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, at.top - size.height - 8) : below;
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(top)}px`;
}

/** One plain sentence on hover and on focus. Nodes that cannot have the focus get it; a sentence
 *  that depends on the moment is given as a function. Returns the node. */
export function explain<N extends HTMLElement | SVGElement>(
  node: N,
  sentence: string | (() => string),
): N {
  const isNew = !sentences.has(node);
  sentences.set(node, typeof sentence === 'string' ? () => sentence : sentence);
  if (!isNew) return node;
  if (
    !node.matches('button, a[href], input, select, textarea, summary') &&
    !node.hasAttribute('tabindex')
  )
    node.setAttribute('tabindex', '0');
  node.classList.add('explained');
  node.addEventListener('pointerenter', () => showTip(node));
  node.addEventListener('pointerleave', () => tipOf === node && hideTip());
  node.addEventListener('focus', () => node.matches(':focus-visible') && showTip(node));
  node.addEventListener('blur', () => tipOf === node && hideTip());
  return node;
}

// --- Colours, live region ---------------------------------------------------------------------

/** A colour of the present theme for canvas: colour('--accent'). Ask again on "theme". */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

let liveRegion: HTMLElement | null = null;

/** Says a sentence to screen readers and shows it for a moment: alarms, results of actions. */
export function announce(text: string): void {
  if (!liveRegion) {
    liveRegion = el('div.toast', { role: 'status', 'aria-live': 'polite' });
    document.body.append(liveRegion);
  }
  const region = liveRegion;
  region.textContent = text;
  region.classList.add('shown');
  setTimeout(() => region.textContent === text && region.classList.remove('shown'), 6000);
}
