// The findings table: filter, sort, search and details. Texts are untrusted: they only ever become textContent.
// The state is in the URL fragment (#filter=openssl&severity=critical,high&sort=id&desc=1), so that a view can be linked to.
'use strict';

(() => {
  const SEVERITIES = ['info', 'unknown', 'low', 'medium', 'high', 'critical'];
  const COLUMNS = () => (data.subjects.length < 2 ? 5 : 6);  // one subject needs no column
  const PAGE = 100;  // rows added at a time: the DOM stays small however many findings there are

  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId('data').textContent);
  const rows = data.rows;
  rows.forEach((row, index) => { row.rank = index; });

  const el = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const number = (value) => value.toLocaleString('en');

  // State and its fragment.

  const defaults = () => ({
    filter: '', severity: new Set(), kind: '', subject: '', fixable: false, exploited: false, suppressed: false,
    sort: 'severity', desc: false, open: '',
  });
  let state = defaults();

  const readFragment = () => {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const next = defaults();
    next.filter = wanted.get('filter') || '';
    next.open = wanted.get('open') || '';
    next.kind = data.kinds.includes(wanted.get('kind')) ? wanted.get('kind') : '';
    next.subject = data.subjects.includes(wanted.get('subject')) ? wanted.get('subject') : '';
    for (const name of (wanted.get('severity') || '').split(',')) {
      if (SEVERITIES.includes(name)) next.severity.add(name);
    }
    for (const flag of ['fixable', 'exploited', 'suppressed', 'desc']) next[flag] = wanted.get(flag) === '1';
    if (Object.hasOwn(SORT_KEYS, wanted.get('sort') || '')) next.sort = wanted.get('sort');
    return next;
  };

  const writeFragment = () => {
    const out = new URLSearchParams();
    if (state.filter) out.set('filter', state.filter);
    if (state.severity.size) out.set('severity', [...state.severity].join(','));
    if (state.kind) out.set('kind', state.kind);
    if (state.subject) out.set('subject', state.subject);
    for (const flag of ['fixable', 'exploited', 'suppressed']) if (state[flag]) out.set(flag, '1');
    if (state.sort !== 'severity') out.set('sort', state.sort);
    if (state.desc) out.set('desc', '1');
    if (state.open) out.set('open', state.open);
    const text = out.toString();
    history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
  };

  // Filter and sort.

  const subjectsOf = (row) => row.subjects.map((index) => data.subjects[index]);
  const haystack = (row) => {
    if (row.text === undefined) {
      row.text = [row.id, row.title, row.package, row.version, row.source, row.place, row.evidence, (row.aliases || []).join(' '),
                  (row.members || []).join(' '), subjectsOf(row).join(' ')].join('\n').toLowerCase();
    }
    return row.text;
  };

  const SORT_KEYS = {
    severity: (row) => row.rank,
    id: (row) => row.id,
    package: (row) => row.package || row.place || '',
    fix: (row) => (row.fixed ? '0' + row.fixed : '1' + (row.state || '')),
    risk: (row) => -((row.exploited ? 2 : 0) + (row.epss || 0)),
    subject: (row) => data.subjects[row.subjects[0]] || '',
  };

  const collator = new Intl.Collator('en', { numeric: true });
  const compare = (a, b) => (typeof a === 'number' ? a - b : collator.compare(a, b));

  const select = () => {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const subject = state.subject ? data.subjects.indexOf(state.subject) : -1;
    const kept = rows.filter((row) =>
      Boolean(row.suppressed) === state.suppressed &&
      (!state.severity.size || state.severity.has(SEVERITIES[row.severity])) &&
      (!state.kind || data.kinds[row.kind] === state.kind) &&
      (subject < 0 || row.subjects.includes(subject)) &&
      (!state.fixable || row.fixable) &&
      (!state.exploited || row.exploited) &&
      words.every((word) => haystack(row).includes(word)));
    if (state.sort === 'severity' && !state.desc) return kept;
    const key = SORT_KEYS[state.sort];
    const keyed = kept.map((row) => ({ row, key: key(row) }));
    keyed.sort((a, b) => (state.desc ? -1 : 1) * compare(a.key, b.key) || a.row.rank - b.row.rank);
    return keyed.map((entry) => entry.row);
  };

  // Rows and details.

  const link = (url) => {
    const node = el('a', '', url.replace(/^https?:\/\//, ''));
    // The writer lets only http and https through; checked again, since this is where it would matter.
    if (/^https?:\/\//.test(url)) node.href = url;
    node.rel = 'noopener noreferrer nofollow';
    node.target = '_blank';
    return node;
  };

  const term = (list, name, value) => {
    if (!value) return;
    list.append(el('dt', '', name));
    const body = el('dd');
    body.append(value);
    list.append(body);
  };

  const linkList = (urls) => {
    if (!urls || !urls.length) return null;
    const list = el('ul');
    for (const url of urls) {
      const item = el('li');
      item.append(link(url));
      list.append(item);
    }
    return list;
  };

  const details = (row) => {
    const check = Object.hasOwn(data.checks, row.id) ? data.checks[row.id] : {};
    const list = el('dl');
    term(list, 'What', row.title);
    term(list, 'Why', check.description);
    term(list, 'Seen', row.evidence);
    term(list, 'Do', row.remediation || check.remediation);
    term(list, 'Place', row.place);
    term(list, 'Came with', row.origin);
    term(list, 'Packages', row.members ? row.members.join(', ') : null);
    term(list, 'Source', row.source);
    term(list, 'Subjects', data.subjects.length > 1 || row.subjects.length > 1 ? subjectsOf(row).join(', ') : null);
    term(list, 'Rated', [row.score ? 'CVSS ' + row.score.toFixed(1) : '', row.vector, row.rater ? 'by ' + row.rater : '',
      SEVERITIES[row.severity] === 'unknown' ? 'by nobody yet' : '']
      .filter(Boolean).join(' · '));
    term(list, 'Exploited', row.exploited
      ? 'known to be exploited (CISA KEV' + (row.due ? ', due ' + row.due : '') + ')' + (row.ransomware ? ', by ransomware' : '') : null);
    term(list, 'EPSS', row.epss === undefined ? null : (row.epss * 100).toFixed(1) + ' % within 30 days, percentile ' +
      ((row.percentile || 0) * 100).toFixed(1));
    term(list, 'Published', row.published);
    term(list, 'Also known as', (row.aliases || []).join(', '));
    if (row.suppressed) term(list, 'Suppressed', row.suppressed);
    if (check.bad) term(list, 'Instead of', el('pre', '', check.bad));
    if (check.good) term(list, 'Write', el('pre', '', check.good));
    term(list, 'More', linkList(row.links));
    return list;
  };

  const cell = (...nodes) => {
    const node = el('td');
    node.append(...nodes.filter((child) => child !== null));
    return node;
  };

  const fixCell = (row) => {
    if (row.fixed) return cell(el('span', 'fixed', row.fixed));
    if (row.state) return cell(el('span', 'soft', row.state));
    return cell(row.remediation ? el('span', 'clamped', row.remediation) : null);
  };

  const riskCell = (row) => cell(
    row.exploited ? el('span', 'mark exploited', row.ransomware ? 'ransomware' : 'exploited') : null,
    row.epss >= data.notable_epss ? el('span', 'mark', 'EPSS ' + row.epss.toFixed(2)) : null);

  const rowNode = (row) => {
    const severity = SEVERITIES[row.severity];
    const node = el('tr', 'row' + (row.suppressed ? ' is-suppressed' : ''));
    const expand = el('button', 'expand', row.id);
    expand.type = 'button';
    expand.setAttribute('aria-expanded', 'false');
    const subjects = subjectsOf(row);
    const subject = cell(subjects[0] || '', subjects.length > 1 ? el('span', 'soft', ' +' + (subjects.length - 1)) : null);
    subject.className = 'subject';
    node.append(
      cell(el('span', 'pill ' + severity, severity)),
      cell(expand, row.title ? el('span', 'title clamped', row.title) : null),
      row.package ? cell(el('b', '', row.package), ' ', el('span', 'version mono', row.version || ''))
                  : cell(el('span', 'mono', row.place || '')),
      fixCell(row), riskCell(row), subject);
    node.addEventListener('click', (event) => {
      if (!event.target.closest('a') && !String(getSelection())) toggle(node, expand, row);
    });
    return node;
  };

  const toggle = (node, expand, row) => {
    const isOpen = expand.getAttribute('aria-expanded') === 'true';
    state.open = isOpen ? '' : row.id;
    writeFragment();
    expand.setAttribute('aria-expanded', String(!isOpen));
    node.classList.toggle('open', !isOpen);
    if (isOpen) {
      node.nextElementSibling.remove();
      return;
    }
    const detail = el('tr', 'detail');
    const body = el('td');
    body.colSpan = COLUMNS();
    body.append(details(row));
    detail.append(body);
    node.after(detail);
  };

  // Drawing.

  const body = byId('rows');
  const more = byId('more');
  let kept = [];
  let drawn = 0;

  const drawMore = () => {
    const next = document.createDocumentFragment();
    for (const row of kept.slice(drawn, drawn + PAGE)) next.append(rowNode(row));
    drawn = Math.min(drawn + PAGE, kept.length);
    body.append(next);
    const left = kept.length - drawn;
    more.hidden = left === 0;
    more.textContent = 'Show ' + number(Math.min(PAGE, left)) + ' more of ' + number(left);
  };

  // Opens the row that the fragment names, however far down it is.
  const openWanted = () => {
    const wanted = state.open ? kept.findIndex((row) => row.id === state.open) : -1;
    if (wanted < 0) return;
    while (drawn <= wanted) drawMore();
    const node = body.querySelectorAll('tr.row')[wanted];
    toggle(node, node.querySelector('.expand'), kept[wanted]);
    if (wanted > 0) node.scrollIntoView({ block: 'center' });
  };

  // Of severity and risk the first row is the highest.
  const FALLING = ['severity', 'risk'];
  const direction = () => (FALLING.includes(state.sort) === state.desc ? 'ascending' : 'descending');

  const draw = () => {
    kept = select();
    drawn = 0;
    body.replaceChildren();
    drawMore();
    if (!kept.length) {
      const empty = cell(rows.length ? 'Nothing matches these filters.' : data.nothing);
      empty.className = 'empty';
      empty.colSpan = COLUMNS();
      const node = el('tr');
      node.append(empty);
      body.append(node);
    }
    const total = rows.filter((row) => Boolean(row.suppressed) === state.suppressed).length;
    byId('shown').textContent = (kept.length === total ? number(total) : number(kept.length) + ' of ' + number(total)) +
      (total === 1 ? ' row' : ' rows') + (state.suppressed ? ', suppressed' : '') + '; the same flaw in packages of one source is one row';
    for (const head of document.querySelectorAll('th[data-sort]')) {
      if (head.dataset.sort === state.sort) head.setAttribute('aria-sort', direction());
      else head.removeAttribute('aria-sort');
    }
    for (const tile of document.querySelectorAll('.tile')) {
      tile.setAttribute('aria-pressed', String(state.severity.has(tile.dataset.severity)));
    }
  };

  const showState = () => {
    for (const id of ['filter', 'kind', 'subject']) byId(id).value = state[id];
    for (const id of ['fixable', 'exploited', 'suppressed']) byId(id).checked = state[id];
  };
  const changed = () => { state.open = ''; writeFragment(); draw(); };

  // Controls.

  const fillSelect = (node, values) => {
    for (const value of values) {
      const option = el('option', '', value);
      option.value = value;
      node.append(option);
    }
    node.parentElement.hidden = values.length < 2;
  };

  const start = () => {
    fillSelect(byId('kind'), data.kinds);
    fillSelect(byId('subject'), data.subjects);
    byId('suppressed').parentElement.hidden = !rows.some((row) => row.suppressed);
    byId('exploited').parentElement.hidden = !rows.some((row) => row.exploited);
    document.body.classList.toggle('one-subject', data.subjects.length < 2);
    let timer = 0;
    byId('filter').addEventListener('input', (event) => {
      state.filter = event.target.value;
      clearTimeout(timer);
      timer = setTimeout(changed, 60);  // a fast typist waits for one drawing, not for each key's
    });
    for (const id of ['kind', 'subject']) {
      byId(id).addEventListener('change', (event) => { state[id] = event.target.value; changed(); });
    }
    for (const id of ['fixable', 'exploited', 'suppressed']) {
      byId(id).addEventListener('change', (event) => { state[id] = event.target.checked; changed(); });
    }
    byId('filters').addEventListener('submit', (event) => event.preventDefault());
    byId('reset').addEventListener('click', () => { state = defaults(); showState(); changed(); });
    for (const tile of document.querySelectorAll('.tile')) {
      tile.disabled = false;
      tile.addEventListener('click', () => {
        const name = tile.dataset.severity;
        if (!state.severity.delete(name)) state.severity.add(name);
        changed();
      });
    }
    for (const head of document.querySelectorAll('th[data-sort]')) {
      head.firstElementChild.addEventListener('click', () => {
        state.desc = state.sort === head.dataset.sort && !state.desc;
        state.sort = head.dataset.sort;
        changed();
      });
    }
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      event.preventDefault();
      byId('filter').focus();
    });
    more.addEventListener('click', drawMore);
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting) && drawn < kept.length) drawMore();
    }, { rootMargin: '600px' }).observe(more);
    const show = () => { state = readFragment(); showState(); draw(); openWanted(); };
    addEventListener('hashchange', show);
    show();
    document.documentElement.className = 'script-ready';
  };

  try {
    start();
  } catch (error) {
    const message = byId('script-failed');
    message.textContent = 'The interactive table could not be shown (' + error.message + '). The same findings are in --format csv.';
    message.hidden = false;
    throw error;
  }
})();
