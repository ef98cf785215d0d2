globalThis.logindoctor = (() => {
  const fieldCSS = 'input:not([type=checkbox],[type=radio],[type=submit],[type=button],[type=image],[type=hidden],[type=reset]),textarea,select,[contenteditable]:not([contenteditable=false])';
  const grey = 'background:#808080!important;color:#808080!important;-webkit-text-fill-color:#808080!important;filter:contrast(0)!important;transition:none!important;animation:none!important;';
  let found = null;
  let masks = [];

  const roots = root => {
    const all = [root];
    for (const el of root.querySelectorAll('*')) if (el.shadowRoot) all.push(...roots(el.shadowRoot));
    return all;
  };
  const shown = el => {
    const r = el.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && el.checkVisibility({opacityProperty: true, visibilityProperty: true});
  };
  const first = css => {
    for (const root of roots(document))
      for (const el of root.querySelectorAll(css)) if (shown(el)) return el;
    return null;
  };
  const name = el => el.tagName.toLowerCase() + (el.id ? '#' + el.id : '') + (typeof el.className === 'string' && el.className ? '.' + el.className.trim().split(/\s+/)[0] : '');
  const cover = el => {
    el.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
    const r = el.getClientRects()[0];
    const top = el.getRootNode().elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
    if (!top) return 'nothing at its place';
    return el.contains(top) || top.contains(el) || el.labels && [...el.labels].some(l => l.contains(top)) ? '' : name(top);
  };
  const words = () => document.body ? document.body.innerText : '';
  const label = el => (el.labels && el.labels[0] && el.labels[0].innerText) || el.getAttribute('aria-label') || el.placeholder ||
    (/^(submit|button|reset)$/.test(el.type) && el.tagName === 'INPUT' ? el.value : '') || (el.tagName === 'SELECT' ? '' : el.innerText) || el.title || '';

  return {
    // find looks for the first visible element of the selectors, else for one of the texts.
    find(selectors, texts, act) {
      for (let i = 0; i < selectors.length; i++) {
        let el;
        try { el = first(selectors[i]); } catch (e) { return {error: 'selector ' + selectors[i] + ': ' + e.message}; }
        if (!el) continue;
        found = el;
        const state = {matched: selectors[i]};
        if (act) {
          state.disabled = el.matches(':disabled') || el.getAttribute('aria-disabled') === 'true';
          if (act === 'press') state.covered = cover(el);
        }
        return state;
      }
      const said = texts.length ? words().toLowerCase() : '';
      for (const text of texts) if (said.includes(text.toLowerCase())) return {matched: text};
      return {};
    },
    get found() { return found; },
    // ready focuses the found field and selects what is in it, so that typing replaces it.
    ready() {
      found.focus();
      if (found.select) found.select();
      else if (found.isContentEditable) getSelection().selectAllChildren(found);
    },
    filled() { return (found.value === undefined ? found.innerText : found.value).length; },
    look() {
      const fields = [];
      for (const root of roots(document))
        for (const el of root.querySelectorAll('input:not([type=hidden]),button,select,textarea,[role=button]')) {
          if (fields.length === 100) break;
          fields.push({tag: el.tagName.toLowerCase(), type: el.getAttribute('type') || '', id: el.id, name: el.getAttribute('name') || '', label: label(el).trim().slice(0, 80), visible: shown(el)});
        }
      return {url: location.href, title: document.title, text: words().slice(0, 4096), fields};
    },
    // mask covers what is typed into fields, and whole frames if asked to, with plain grey.
    mask(frames) {
      for (const root of roots(document)) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`${fieldCSS}${frames ? ',iframe,object,embed' : ''}{${grey}}`);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
        masks.push([root, sheet]);
      }
    },
    unmask() {
      for (const [root, sheet] of masks) root.adoptedStyleSheets = root.adoptedStyleSheets.filter(s => s !== sheet);
      masks = [];
    },
  };
})();
