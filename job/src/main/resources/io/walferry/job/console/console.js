'use strict';

const byId = id => document.getElementById(id);
const AGAIN_MS = 1000;
const DETAILS_MS = 5000;
const WINDOW_MS = 30 * 60 * 1000;
const TROUBLE = ['failed', 'down', 'unknown'];
const TABS = [
  ['tables', 'Tables'], ['ddl', 'Structure'], ['verification', 'Verification'],
  ['dead-letters', 'Dead letters'], ['precheck', 'Precheck'],
];

let tasks = [];
let points = [];
let pointsOf = null;
let tab = 'tables';
let details = {};
let detailsAt = 0;
let answeredAt = null;

/** An element with attributes and children; texts are texts, never markup. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined).map(child =>
    child instanceof Node ? child : String(child)));
  return element;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const count = value => value === null || value === undefined ? '–' : value.toLocaleString('en-US');
const perSecond = value => value === null || value === undefined ? '–' : count(value) + '/s';

function bytes(value) {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
  return (unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)) + ' ' + units[unit];
}

function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return ms + ' ms';
  const s = ms / 1000;
  if (s < 60) return s.toFixed(1) + ' s';
  if (s < 3600) return Math.floor(s / 60) + ' min' + (Math.floor(s % 60) ? ' ' + Math.floor(s % 60) + ' s' : '');
  if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min';
  return Math.floor(s / 86400) + ' days';
}

const tone = phase => TROUBLE.includes(phase) ? 'bad' : ['live', 'ended'].includes(phase) ? 'good' : 'busy';

const chosen = () => {
  const name = decodeURIComponent(location.hash.replace(/^#/, ''));
  return tasks.find(task => task.task === name) || tasks[0];
};

async function ask(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error || answer.statusText);
  return body;
}

async function look() {
  try {
    const all = await ask('/api/tasks');
    tasks = all.tasks;
    answeredAt = new Date();
    byId('state').className = '';
    byId('state').textContent = 'version ' + all.version + ' · ' + answeredAt.toLocaleTimeString();
    await lookCloser(all.at);
    showTasks();
    showTask();
  } catch (failure) {
    byId('state').className = 'lost';
    byId('state').textContent = 'the console does not answer' +
      (answeredAt ? ' since ' + answeredAt.toLocaleTimeString() : '') + ': what is shown is old';
  }
  setTimeout(look, document.hidden ? 5 * AGAIN_MS : AGAIN_MS);
}

async function lookCloser(now) {
  const task = chosen();
  if (!task) return;
  if (pointsOf !== task.task) {
    points = [];
    details = {};
    detailsAt = 0;
    pointsOf = task.task;
  }
  const query = '?task=' + encodeURIComponent(task.task);
  const since = points.length ? points[points.length - 1][0] : 0;
  points = points.concat(await ask('/api/history' + query + '&since=' + since)).filter(point => point[0] > now - WINDOW_MS);
  if (['ddl', 'verification', 'dead-letters'].includes(tab) && Date.now() - detailsAt > DETAILS_MS) await lookUp(tab);
}

async function lookUp(kind) {
  detailsAt = Date.now();
  try {
    details[kind] = { value: await ask('/api/' + kind + '?task=' + encodeURIComponent(pointsOf)) };
  } catch (failure) {
    details[kind] = { failure: failure.message };
  }
}

function showTasks() {
  const current = chosen();
  const list = byId('tasks');
  const focused = document.activeElement && document.activeElement.dataset.task;
  list.replaceChildren(...tasks.map(task => make('li', {},
    make('a', { href: '#' + encodeURIComponent(task.task), 'data-task': task.task, 'aria-current': task === current && 'page' },
      make('strong', {}, task.task),
      make('small', { class: tone(task.phase) }, task.phase),
      make('small', {}, task.changes && task.changes['lag-ms'] !== null ? ' · lag ' + duration(task.changes['lag-ms']) : '')))));
  if (focused) {
    const again = [...list.querySelectorAll('a')].find(link => link.dataset.task === focused);
    if (again) again.focus();
  }
}

function showTask() {
  const task = chosen();
  if (!task) return;
  document.title = task.task + ': ' + task.phase + ' – Walferry';
  byId('name').textContent = task.task;
  byId('phase').textContent = task.phase;
  byId('phase').className = 'phase ' + tone(task.phase);
  byId('activity').textContent = task.activity || '';
  byId('sides').textContent = task.target ? (task.source || 'source of another task file') + ' → ' + task.target : '';
  byId('tags').replaceChildren(...[task.environment, ...Object.entries(task.labels || {}).map(([k, v]) => k + '=' + v)]
    .filter(Boolean).map(text => make('span', { class: 'tag' }, text)));
  showTrouble(task);
  byId('figures').replaceChildren(...figures(task).map(([id, name, text, value, more]) => make('div', {},
    make('dt', {}, name),
    make('dd', { id, 'data-value': value === null || value === undefined ? '' : value }, text, more ? make('small', {}, more) : null))));
  showLoad(task);
  showCharts(task);
  showTabs();
  showPanel(task);
}

function showTrouble(task) {
  const words = task.reason || (task.job && task.job.failure && !task.job.running
    ? task.job.failure + (task.job['failed-at'] ? '\n(' + task.job['failed-at'] + ')' : '') : '');
  if (byId('trouble').textContent !== words) byId('trouble').textContent = words;
  byId('trouble').hidden = !words;
}

function figures(task) {
  if (!task.job) return [];
  const { job, load, changes, slot, positions } = task;
  const limits = Object.entries(task.limits || {}).filter(([, value]) => value > 0)
    .map(([key, value]) => key + ' ' + (key.endsWith('bytes') ? bytes(value) : count(value)) + '/s');
  const list = [
    ['lag', 'Lag', duration(changes['lag-ms']), changes['lag-ms'], 'commit to commit'],
    ['behind', 'Behind', bytes(changes['bytes-behind']), changes['bytes-behind'], 'WAL not applied'],
    ['rate', 'Changes', perSecond(changes['changes-per-second']), changes['changes-per-second'], count(changes.applied) + ' applied'],
    ['rows', 'Loaded rows', count(load.rows), load.rows, bytes(load.bytes)],
    ['slot', 'Slot', slot.state, slot.state, bytes(slot['retained-wal-bytes']) + ' of WAL kept' +
      (slot['safe-wal-bytes'] !== null ? ', ' + bytes(slot['safe-wal-bytes']) + ' to the limit' : '')],
    ['position', 'Applied to', positions.applied || '–', positions.applied, 'source ' + (positions.source || '–')],
    ['running', 'Job', job.running ? duration(job['running-ms']) : 'not running', job.running, job.host],
    ['limits', 'Throttle', limits.length ? limits.length + ' in force' : 'none', limits.join(' '), limits.join(', ')],
    ['objects', 'Objects', task['failed-objects'] ? task['failed-objects'] + ' failed' : task['waiting-objects'] ?
      task['waiting-objects'] + ' waiting' : 'all there', task['failed-objects'], ''],
  ];
  if (task['dead-letters'] !== undefined) list.push(['deadletters', 'Dead letters', count(task['dead-letters']), task['dead-letters'], '']);
  return list;
}

function showLoad(task) {
  const load = task.load;
  byId('load').hidden = !load || load['chunks'] === 0 || ['live', 'catch-up', 'cut-over', 'ended'].includes(task.phase);
  if (byId('load').hidden) return;
  byId('share').value = load.share;
  byId('loadwords').textContent = Math.floor(load.share * 100) + ' % · ' + load['tables-loaded'] + ' of ' + load.tables + ' tables · ' +
    load['chunks-loaded'] + ' of ' + load.chunks + ' chunks · ' + perSecond(load['rows-per-second']) +
    (load['seconds-left'] !== null ? ' · ' + duration(load['seconds-left'] * 1000) + ' left' : '');
}

const CHARTS = [
  { id: 'chart-lag', name: 'Lag', column: 1, text: duration },
  { id: 'chart-changes', name: 'Changes per second', column: 2, text: perSecond },
  { id: 'chart-rows', name: 'Rows loaded per second', column: 3, text: perSecond },
];

function showCharts() {
  const host = byId('charts');
  const now = points.length ? points[points.length - 1][0] : Date.now();
  const begin = points.length ? Math.min(points[0][0], now - 60 * 1000) : now - 60 * 1000;
  host.replaceChildren(...CHARTS
    .filter(chart => chart.column < 3 || points.some(point => point[3] !== null))
    .map(chart => plot(chart, begin, now)));
}

function plot(chart, begin, now) {
  const width = 600;
  const height = 120;
  const known = points.filter(point => point[chart.column] !== null);
  const most = Math.max(0, ...known.map(point => point[chart.column]));
  const top = Math.max(1, most);
  const x = at => (at - begin) / (now - begin) * width;
  const y = value => height - value / top * (height - 14);
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height + 16}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': chart.name + (known.length ? ': now ' + chart.text(known[known.length - 1][chart.column]) +
      ', at most ' + chart.text(most) : ': nothing yet') });
  svg.append(draw('line', { class: 'axis', x1: 0, x2: width, y1: height, y2: height }));
  for (const run of runs(chart.column)) {
    const line = run.map(point => x(point[0]).toFixed(1) + ',' + y(point[chart.column]).toFixed(1)).join(' ');
    svg.append(
      draw('polygon', { class: 'area', points: `${x(run[0][0]).toFixed(1)},${height} ${line} ${x(run[run.length - 1][0]).toFixed(1)},${height}` }),
      draw('polyline', { class: 'line', points: line }));
  }
  const last = known.length ? chart.text(known[known.length - 1][chart.column]) : '–';
  return make('figure', { id: chart.id },
    make('figcaption', {}, make('span', {}, chart.name), make('output', {}, last)),
    svg,
    make('figcaption', {}, make('span', {}, duration(now - begin) + ' ago'), make('span', {}, 'most ' + (known.length ? chart.text(most) : '–'))));
}

/** Stretches of points without a gap. */
function runs(column) {
  const all = [];
  let run = [];
  for (const point of points) {
    const broken = point[column] === null || run.length && point[0] - run[run.length - 1][0] > 10000;
    if (broken && run.length) { all.push(run); run = []; }
    if (point[column] !== null) run.push(point);
  }
  if (run.length) all.push(run);
  return all;
}

function showTabs() {
  const host = byId('tabs');
  if (host.childElementCount === TABS.length) {
    for (const button of host.children) select(button, button.dataset.tab === tab);
    return;
  }
  host.replaceChildren(...TABS.map(([id, name]) => {
    const button = make('button', { role: 'tab', id: 'tab-' + id, 'data-tab': id, 'aria-controls': 'panel', type: 'button' }, name);
    button.addEventListener('click', () => choose(id));
    button.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (TABS.findIndex(([other]) => other === id) + step + TABS.length) % TABS.length;
      host.children[next].focus();
      choose(TABS[next][0]);
    });
    select(button, id === tab);
    return button;
  }));
}

function select(button, isIt) {
  button.setAttribute('aria-selected', isIt);
  button.tabIndex = isIt ? 0 : -1;
}

async function choose(id) {
  tab = id;
  byId('panel').replaceChildren();
  shown = null;
  showTabs();
  const task = chosen();
  if (task) showPanel(task);
  if (id !== 'tables') {
    await lookUp(id);
    if (tab === id && task) showPanel(task);
  }
}

let shown = null;

/** Draws the panel anew only if what is in it has changed, so that a reader keeps his place. */
function showPanel(task) {
  const panel = byId('panel');
  panel.setAttribute('aria-labelledby', 'tab-' + tab);
  const facts = tab === 'tables' ? task.tables || [] : details[tab];
  const key = JSON.stringify([task.task, tab, facts]);
  if (key === shown) return;
  shown = key;
  if (tab === 'tables') showTables(panel, facts);
  else if (!facts) panel.replaceChildren(make('p', { class: 'soft' }, 'asking …'));
  else if (facts.failure) panel.replaceChildren(make('p', { class: 'bad' }, facts.failure));
  else if (facts.value === null) panel.replaceChildren(make('p', { class: 'soft' }, { verification: 'Nothing was verified yet: walferry verify.' }[tab] ||
    'This needs the task file: give it to walferry console.'));
  else panel.replaceChildren(...{ ddl, verification, 'dead-letters': deadLetters, precheck }[tab](facts.value));
}

function grid(heads, rows) {
  return make('div', { class: 'scroll' }, make('table', {},
    make('thead', {}, make('tr', {}, ...heads.map(([name, number]) => make('th', { scope: 'col', class: number && 'n' }, name)))),
    make('tbody', {}, ...rows)));
}

function showTables(panel, list) {
  let input = byId('filter');
  if (!input) {
    input = make('input', { id: 'filter', type: 'search', placeholder: 'table or state', 'aria-label': 'Show only tables with' });
    input.addEventListener('input', () => { shown = null; showPanel(chosen()); });
    panel.replaceChildren(input, make('div', { id: 'list' }));
  }
  const wanted = input.value.trim().toLowerCase();
  const fitting = list.filter(table => (table.schema + '.' + table.table + ' ' + table.state).toLowerCase().includes(wanted));
  byId('list').replaceChildren(
    grid([['Table'], ['State'], ['Chunks'], ['Rows', true], ['Size', true], ['Rate', true], ['Left', true]],
      fitting.slice(0, 500).map(table => make('tr', { 'data-table': table.schema + '.' + table.table },
        make('td', {}, table.schema + '.' + table.table),
        make('td', { class: table.state === 'following' ? 'good' : table.state === 'waiting' ? 'soft' : 'busy' }, table.state),
        make('td', {}, make('progress', { max: Math.max(1, table.chunks), value: table.chunks ? table['chunks-loaded'] : 1,
          'aria-label': table['chunks-loaded'] + ' of ' + table.chunks + ' chunks' })),
        make('td', { class: 'n' }, count(table.rows)),
        make('td', { class: 'n' }, bytes(table.bytes)),
        make('td', { class: 'n' }, perSecond(table['rows-per-second'])),
        make('td', { class: 'n' }, table['seconds-left'] === null ? '–' : duration(table['seconds-left'] * 1000))))),
    make('p', { class: 'soft' }, fitting.length > 500 ? 'the first 500 of ' + fitting.length : fitting.length + ' of ' + list.length + ' tables'));
}

function ddl(steps) {
  if (!steps.length) return [make('p', { class: 'soft' }, 'The structure has not changed.')];
  const tones = { applied: 'good', failed: 'bad' };
  return [grid([['Position'], ['State'], ['Statement at the source'], ['At the target'], ['Took', true]],
    steps.slice().reverse().map(step => make('tr', {},
      make('td', {}, make('code', {}, step.position)),
      make('td', { class: tones[step.state] || 'busy' }, step.state),
      make('td', {}, make('code', {}, step.source.trim())),
      make('td', {}, make('code', {}, step.target), step.message ? make('p', { class: 'bad' }, step.message) : null),
      make('td', { class: 'n' }, duration(step.milliseconds)))))];
}

function verification(run) {
  const verdict = run.equal ? 'Both sides are equal in what was compared' : run.state === 'done'
    ? count(run['differing-rows']) + ' rows and ' + count(run['differing-objects']) + ' objects differ' : 'Not finished: ' + run.state;
  return [
    make('p', { class: run.equal ? 'good' : run.state === 'done' ? 'bad' : 'busy', id: 'verdict' }, verdict),
    make('p', { class: 'soft' }, 'run ' + run.run + ', begun ' + run.started + ', ' + count(run.rows) + ' rows in ' +
      duration(Math.round(run.seconds * 1000))),
    grid([['Table'], ['Checked'], ['Rows', true], ['Different', true], ['Missing', true], ['Extra', true], ['Rate', true]],
      run.tables.map(table => make('tr', {},
        make('td', {}, table.table),
        make('td', { class: table.checked ? 'good' : 'busy' }, table.checked ? 'yes' : table.note || 'no'),
        make('td', { class: 'n' }, count(table['source-rows'])),
        ...['different', 'missing', 'extra'].map(kind => make('td', { class: table[kind] ? 'n bad' : 'n' }, count(table[kind]))),
        make('td', { class: 'n' }, perSecond(table['rows-per-second']))))),
    ...run.objects.map(object => make('p', {}, make('code', {}, object.object), ' ', object.what)),
  ];
}

function deadLetters(letters) {
  if (!letters.length) return [make('p', { class: 'soft' }, 'No row was left out.')];
  return [grid([['Table'], ['Key'], ['Change'], ['Position'], ['Cause'], ['When']],
    letters.map(letter => make('tr', {},
      make('td', {}, letter.schema + '.' + letter.table),
      make('td', {}, make('code', {}, JSON.stringify(letter.key))),
      make('td', {}, letter.operation),
      make('td', {}, make('code', {}, letter.lsn || 'load')),
      make('td', { class: 'bad' }, letter.cause),
      make('td', {}, letter.at))))];
}

function precheck(report) {
  const again = make('button', { type: 'button' }, 'Check again');
  again.addEventListener('click', () => choose('precheck'));
  const tones = { error: 'bad', warning: 'busy', passed: 'good', ok: 'good' };
  return [again, grid([['Item'], ['State'], ['What']],
    report.items.slice().sort((a, b) => b.findings.length - a.findings.length).map(item => make('tr', {},
      make('td', {}, item.item),
      make('td', { class: tones[item.state] || 'soft' }, item.state),
      make('td', {}, item.reason || '', ...item.findings.map(finding => make('p', {},
        finding.where + ': ' + finding.what + '. ', finding.fix,
        ...finding.remedies.map(remedy => make('p', {}, 'at the ' + remedy.side + ': ', make('code', {}, remedy.statement)))))))))];
}

window.addEventListener('hashchange', () => { shown = null; showTasks(); showTask(); byId('task').focus(); });
look();
