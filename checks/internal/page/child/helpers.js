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
  const all = css => roots(document).flatMap(root => [...root.querySelectorAll(css)]);

  const fold = s => (s || '').replace(/\s+/g, ' ').trim().toLowerCase();
  const controlCSS = 'input:not([type=hidden]),textarea,select,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=combobox],[role=checkbox],[role=switch]';
  const buttonCSS = 'button,input[type=submit],input[type=button],input[type=image],input[type=reset],[role=button]';
  const linkCSS = 'a[href],area[href],[role=link]';
  const pressCSS = buttonCSS + ',' + linkCSS + ',summary,[role=menuitem],[role=option],[role=tab],[onclick]';
  const typedCSS = 'input:not([type]),input[type=text],input[type=email],input[type=tel],input[type=number],input[type=search],input[type=url],input[type=password]';
  // names lists everything by which a person or a screen reader knows a control.
  const names = el => [
    ...(el.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean).map(id => (el.getRootNode().getElementById(id) || {}).innerText),
    el.getAttribute('aria-label'), ...[...(el.labels || [])].map(l => l.innerText), el.placeholder, el.title, el.alt,
  ].map(fold).filter(Boolean);
  const captions = el => [el.tagName === 'INPUT' ? el.value : el.innerText, ...names(el), ...[...el.querySelectorAll('img[alt]')].map(i => i.alt)].map(fold).filter(Boolean);
  // stand is what a person would press: a checkbox that is drawn by its label is not visible itself.
  const stand = el => shown(el) ? el : [...(el.labels || [])].find(shown);
  // closest returns the visible element that is called exactly so, else the one whose name holds the text and little more.
  const closest = (css, called, text) => {
    let best = null, spare = Infinity;
    for (const el of all(css)) {
      for (const n of called(el)) {
        const more = n.replace(/[\s*:]+$/, '').length - text.length;
        if (n.includes(text) && more < spare && stand(el)) { best = stand(el); spare = more; }
      }
      if (spare <= 0) break;
    }
    return best;
  };
  const hint = el => fold([el.id, el.getAttribute('name')].join(' '));
  const completes = (el, ...words) => (el.getAttribute('autocomplete') || '').toLowerCase().split(/\s+/).some(w => words.includes(w));
  const codeLike = /^(?!.*(zip|post|country|area|promo|company|region)).*(otp|otc|2fa|mfa|one.?time|pass.?code|(^|[^a-z])code([^a-z]|$))/;
  // Each role lists ways to know it, the surest first.
  const roles = {
    button: [() => all(buttonCSS)],
    link: [() => all(linkCSS)],
    checkbox: [() => all('input[type=checkbox],[role=checkbox],[role=switch]')],
    password: [() => all('input').filter(el => completes(el, 'current-password')), () => all('input[type=password]').filter(el => !completes(el, 'new-password', 'one-time-code') && !codeLike.test(hint(el)))],
    username: [() => all(typedCSS).filter(el => completes(el, 'username')), () => fields(/user|login|logon|account|upn|signin|e-?mail/), () => all('input[type=email]')],
    email: [() => all('input[type=email]'), () => all(typedCSS).filter(el => completes(el, 'email')), () => fields(/e-?mail/)],
    'one-time-code': [() => all('input').filter(el => completes(el, 'one-time-code')), () => all(typedCSS).filter(el => codeLike.test(hint(el)))],
  };
  const fields = pattern => all(typedCSS).filter(el => el.type !== 'password' && pattern.test(hint(el)));
  const byRole = role => {
    if (!Object.hasOwn(roles, role)) throw new Error('no such role');
    for (const way of roles[role]) for (const el of way()) if (stand(el)) return stand(el);
    return null;
  };
  // first returns the first visible element of a selector: by label, role or text, else by CSS.
  const first = selector => {
    const [, word, rest] = /^(label|role|text):(.*)$/s.exec(selector) || [];
    const text = fold(rest);
    if (word && !text) throw new Error('nothing behind the colon');
    switch (word) {
      case 'label': return closest(controlCSS, names, text);
      case 'role': return byRole(text);
      case 'text': return closest(pressCSS, captions, text);
    }
    return all(selector).find(shown) || null;
  };
  const name = el => el.tagName.toLowerCase() + (el.id ? '#' + el.id : '') + (typeof el.className === 'string' && el.className ? '.' + el.className.trim().split(/\s+/)[0] : '');
  const middle = el => {
    const r = el.getClientRects()[0];
    return [r.x + r.width / 2, r.y + r.height / 2];
  };
  const above = el => {
    el.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
    return el.getRootNode().elementFromPoint(...middle(el));
  };
  const part = (el, top) => el.contains(top) || top.contains(el) || el.labels && [...el.labels].some(l => l.contains(top));
  const cover = el => {
    const top = above(el);
    return top ? part(el, top) ? '' : name(top) : 'nothing at its place';
  };
  // screen is what hides most of the window with the element, and offers nothing to press that would take it away.
  const screen = el => {
    let top = above(el);
    if (!top || part(el, top)) return '';
    while (top.parentElement && !top.parentElement.contains(el)) top = top.parentElement;
    const r = top.getBoundingClientRect(), span = (from, to, most) => Math.max(0, Math.min(to, most) - Math.max(from, 0));
    const large = span(r.left, r.right, innerWidth) * span(r.top, r.bottom, innerHeight) > innerWidth * innerHeight / 2;
    const offers = [top, ...top.querySelectorAll('*')].some(e => e.matches(pressCSS + ',iframe,' + controlCSS) && shown(e));
    return large && shown(top) && !offers ? name(top) + (fold(top.innerText) && ', which says "' + top.innerText.trim().slice(0, 120) + '"') : '';
  };
  const hash = text => {
    let h = 0;
    for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) | 0;
    return h + ' ';
  };
  // select focuses a field and selects what is in it, so that typing replaces it.
  const select = el => {
    el.focus();
    if (el.select) el.select();
    else if (el.isContentEditable) getSelection().selectAllChildren(el);
  };
  const words = () => document.body ? document.body.innerText : '';
  // complaint is what a page marks as an error: by its role, else by the names of its makers. What offers something to press is a notice.
  const complaint = () => {
    const text = el => (el.innerText || '').trim(); // drawings have none
    const said = css => all(css).filter(el => shown(el) && ![...el.querySelectorAll(pressCSS)].some(b => text(b).length > 1)).map(text);
    for (const css of ['[role=alert],[aria-live=assertive]', '[class*=error i],[id*=error i],[class*=invalid i],[class*=alert i]']) {
      const texts = said(css).filter(Boolean);
      if (texts.length) return texts[0].slice(0, 400);
    }
    return '';
  };
  const label = el => (el.labels && el.labels[0] && el.labels[0].innerText) || el.getAttribute('aria-label') || el.placeholder ||
    (/^(submit|button|reset)$/.test(el.type) && el.tagName === 'INPUT' ? el.value : '') || (el.tagName === 'SELECT' ? '' : el.innerText) || el.title || '';

  // within reports whether this document belongs to a place.
  const within = ({host = '', path = ''}) => (!host || location.host === host || host.startsWith('*.') && ('.' + location.hostname).endsWith(host.slice(1))) &&
    location.pathname.toLowerCase().includes(path.toLowerCase());

  const timing = () => performance.getEntriesByType('navigation')[0] || {};
  // late: nobody waits for ever for what does not come.
  const late = () => performance.now() - (timing().responseStart || 0) > 2000;
  // parsed: a page of which only a part has come looks like another one that has no more than that part.
  const parsed = () => document.readyState !== 'loading' || late();
  // ready: a button that is pressed before the styles of a page have come may be somewhere else by then, and before its
  // scripts have come it may do nothing.
  const ready = () => document.readyState === 'complete' || late() ||
    timing().domContentLoadedEventEnd > 0 && performance.getEntriesByType('paint').length > 0;

  return {
    // find looks for the first visible element of the selectors, else for one of the texts.
    find(selectors, texts, act) {
      if (act && !ready()) return {};
      for (let i = 0; i < selectors.length; i++) {
        let el;
        try { el = first(selectors[i]); } catch (e) { return {error: 'selector ' + selectors[i] + ': ' + e.message}; }
        if (!el) continue;
        found = el;
        const state = {matched: selectors[i]};
        if (act) {
          state.disabled = el.matches(':disabled') || el.getAttribute('aria-disabled') === 'true';
          if (act === 'press') {
            state.covered = cover(el);
            state.middle = middle(el);
          }
          if (act === 'fill' && !state.disabled) select(el);
          if (act === 'use') {
            state.disabled = state.disabled && !all(typedCSS).some(f => shown(f) && !f.matches(':disabled'));
            state.covered = screen(el);
          }
        }
        return state;
      }
      const said = texts.length ? words().toLowerCase() : '';
      for (const text of texts) if (said.includes(text.toLowerCase())) return {matched: text};
      return {};
    },
    // survey tells which of the cases are visible, and a print of the page: visible words, and which fields are empty or wrong.
    survey(cases) {
      if (!parsed()) return {matched: [], host: location.host, print: ''};
      const said = words().toLowerCase();
      const matched = [];
      for (const c of cases) {
        if (c.at.length && !c.at.some(within)) { matched.push(''); continue; }
        let one = '';
        for (const s of c.any) {
          try { if (!one && first(s)) one = s; } catch (e) { return {error: 'selector ' + s + ': ' + e.message}; }
        }
        matched.push(one || c.texts.find(t => said.includes(t.toLowerCase())) || '');
      }
      const state = all(controlCSS).filter(shown).map(el => [el.value === '', el.matches(':disabled'), el.getAttribute('aria-invalid')].join());
      return {matched, host: location.host, print: hash(said + state.join(';'))};
    },
    get found() { return found; },
    // again selects what is in a field that was found a while ago.
    again() { select(found); },
    filled() { return (found.value === undefined ? found.innerText : found.value).length; },
    look() {
      const fields = [];
      for (const root of roots(document))
        for (const el of root.querySelectorAll('input:not([type=hidden]),button,select,textarea,[role=button]')) {
          if (fields.length === 100) break;
          fields.push({tag: el.tagName.toLowerCase(), type: el.getAttribute('type') || '', id: el.id, name: el.getAttribute('name') || '', label: label(el).trim().slice(0, 80), visible: shown(el), invalid: !!el.validity && !el.validity.valid});
        }
      return {url: location.href, title: document.title, text: words().slice(0, 4096), error: complaint(), fields};
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
