import type { Browser } from '../../src/domain/reasons.ts';
import {
  addressOf,
  expectedOf,
  FAULTS,
  type Fault,
  type FaultHosts,
  GROUPS,
  type Outcome,
} from './faults.ts';

/** The page that lists the faults as links. `visit` makes the keys of its links differ from earlier ones. */
export function faultPage(hosts: FaultHosts, visit: string): string {
  const sections = Object.entries(GROUPS).map(([group, heading]) => {
    const items = FAULTS.filter((fault) => fault.group === group).map((fault) =>
      faultItem(fault, hosts, visit),
    );
    const form = group === 'access' ? postForm(visit) : '';
    return `<section><h2>${escapeHtml(heading)}</h2>${form}<ul>${items.join('')}</ul></section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Downloads that fail</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Downloads that fail</h1>
<p>Every link is a download that fails in one way. Beside it stands what the browser makes of it when you
click. Firefox shows an error page, and creates no download, where the server answers with an error.</p>
<p>Links count for themselves how often they failed. <a href="/">Load the page again</a> to start all over.
<a href="/sign-in">Sign in</a> or <a href="/sign-out">sign out</a> for the file that asks for it.</p>
</header>
<main>${sections.join('\n')}</main>
</body>
</html>
`;
}

function faultItem(fault: Fault, hosts: FaultHosts, visit: string): string {
  const address = addressOf(fault, hosts, `${fault.name}-${visit}`);
  return `<li>
<a download data-fault="${escapeHtml(fault.name)}" href="${escapeHtml(address)}">${escapeHtml(fault.title)}</a>
<dl>${expectation(fault, 'chrome', 'Chrome')}${expectation(fault, 'firefox', 'Firefox')}</dl>
</li>`;
}

function expectation(fault: Fault, browser: Browser, label: string): string {
  return `<div><dt>${label}</dt><dd>${inWords(expectedOf(fault, browser, 'link'))}</dd></div>`;
}

function inWords(outcome: Outcome): string {
  if (outcome === null) return 'no download';
  if (outcome === 'complete') return 'completes';
  if (outcome === 'in_progress') return 'never ends';
  return `<code>${escapeHtml(outcome)}</code>`;
}

function postForm(visit: string): string {
  const action = `/post/form.bin?fault=reset&key=post-${visit}`;
  return `<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="order" value="42">
<button>Send a form whose download breaks half-way</button>
<p>The address works with POST only, so a new request without the form gets nothing (405).</p>
</form>`;
}

/** Makes any text harmless in HTML, inside quoted attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dbe2, #3a3f4a); --soft: light-dark(#5a6070, #a4abba);
  --card: light-dark(#fff, #1f2229); --ground: light-dark(#f4f5f8, #16181d); --link: light-dark(#1a56c4, #8ab4ff); }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
header, main { max-width: 60rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem; }
header p { max-width: 46rem; color: var(--soft); }
a { color: var(--link); }
ul { margin: 0; padding: 0; list-style: none; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; overflow: hidden; }
li { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .625rem 1rem; }
li + li { border-top: 1px solid var(--line); }
li > a { flex: 1 1 20rem; overflow-wrap: anywhere; }
dl { flex: 0 1 29rem; display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; margin: 0; font-size: .8125rem; }
dt { color: var(--soft); }
dd { margin: 0; }
code { font-size: .75rem; overflow-wrap: anywhere; }
form { margin: 0 0 .75rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; }
form p { margin: .375rem 0 0; color: var(--soft); font-size: .8125rem; }
button { font: inherit; }
`;
