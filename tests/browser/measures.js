// Measures text as it stands on the screen. Returns one sentence for each fault.
(kind) => {
  const TOLERANCE = 2, LEAST = 9;
  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const place = (e) => {
    const parts = [];
    for (let n = e; n && n.nodeType === 1 && parts.length < 4; n = n.parentElement) {
      const name = typeof n.className === "string" ? n.className : n.getAttribute("class") || "";
      parts.unshift(n.localName + (n.id ? "#" + n.id : "") + (name ? "." + name.split(" ")[0] : ""));
    }
    return parts.join(" > ");
  };
  // Text for screen readers only is clipped on purpose.
  const aside = (e) => {
    for (let n = e; n && n.nodeType === 1; n = n.parentElement) {
      const style = getComputedStyle(n);
      if (style.position === "absolute" && (style.clip !== "auto" || style.clipPath !== "none"))
        return true;
      if (n.getAttribute("aria-hidden") === "true" && n.localName !== "svg" && !n.closest("svg"))
        continue;
    }
    return false;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || !element || ["script", "style", "title", "desc", "metadata", "option"]
        .includes(element.localName)) continue;
    if (!shown(element) || aside(element)) continue;
    const svg = element.closest("svg");
    let boxes;
    if (svg) boxes = [element.getBoundingClientRect()];
    else {
      const range = document.createRange();
      range.selectNodeContents(node);
      boxes = [...range.getClientRects()];
    }
    boxes = boxes.filter((b) => b.width > 0.5 && b.height > 0.5);
    if (boxes.length) found.push({ node, element, svg, boxes, text: words(node.data) });
  }
  const faults = [];
  if (kind === "small") {
    for (const f of found) {
      let size = parseFloat(getComputedStyle(f.element).fontSize);
      if (f.svg) {
        const m = f.element.getScreenCTM();
        size *= Math.hypot(m.a, m.b);
      }
      if (size < LEAST) faults.push(`${size.toFixed(1)} px: "${f.text}" in ${place(f.element)}`);
    }
  }
  if (kind === "clipped") {
    for (const f of found) {
      for (let n = f.element; n && n.nodeType === 1 && n !== document.body; n = n.parentElement) {
        const style = getComputedStyle(n);
        const hides = (v) => v === "hidden" || v === "clip";
        if (n.localName !== "svg" && style.display === "inline") continue;
        if (n.closest("svg") && n.localName !== "svg") continue;
        if (style.overflowX === "auto" || style.overflowX === "scroll") break;
        if (!hides(style.overflowX) && !hides(style.overflowY)) continue;
        const frame = n.getBoundingClientRect();
        const out = f.boxes.find((b) =>
          (hides(style.overflowX) && (b.left < frame.left - TOLERANCE || b.right > frame.right + TOLERANCE)) ||
          (hides(style.overflowY) && (b.top < frame.top - TOLERANCE || b.bottom > frame.bottom + TOLERANCE)));
        if (out) { faults.push(`"${f.text}" leaves ${place(n)}`); break; }
      }
    }
  }
  if (kind === "overlapping") {
    // The middle of a line: boxes of fonts are taller than lines set close.
    const lines = found.flatMap((f) => f.boxes.map((b) => {
      const inset = f.svg ? 0.15 : 0.25;
      return { f, left: b.left, right: b.right, top: b.top + inset * b.height, bottom: b.bottom - inset * b.height };
    })).sort((a, b) => a.top - b.top);
    for (let i = 0; i < lines.length; i++) {
      for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j++) {
        const a = lines[i], b = lines[j];
        if (a.f === b.f) continue;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // A box that can be scrolled hides what lies beyond its edge.
        const cut = [a, b].some((line) => {
          const box = line.f.element.closest("[tabindex], .scroll, pre, .table");
          if (!box) return false;
          const frame = box.getBoundingClientRect();
          return Math.max(a.left, b.left) >= frame.right || Math.min(a.right, b.right) <= frame.left;
        });
        if (wide > TOLERANCE && high > TOLERANCE && !cut)
          faults.push(`"${a.f.text}" and "${b.f.text}" in ${place(a.f.svg || a.f.element)}`);
      }
    }
  }
  return [...new Set(faults)];
}
