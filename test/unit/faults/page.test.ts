import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, expectedOf, FAULTS, GROUPS } from '../../faults/faults.ts';
import { escapeHtml } from '../../faults/page.ts';
import { type FaultServer, startFaultServer } from '../../faults/server.ts';
import { ask } from './ask.ts';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

describe('the table of faults', () => {
  it('gives every fault a name and an address of its own', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(new Set(FAULTS.map((fault) => addressOf(fault, server))).size).toBe(FAULTS.length);
  });

  it('has at least one fault in every group', () => {
    expect(new Set(FAULTS.map(({ group }) => group))).toEqual(new Set(Object.keys(GROUPS)));
  });

  it('names only addresses that the server takes', async () => {
    const faults = FAULTS.filter(({ at, name }) => at === undefined && !/^(hang|slow)/.test(name));
    const answers = await Promise.all(
      faults.map((fault) => ask(addressOf(fault, server, `take-${fault.name}`))),
    );
    const refused = faults.filter((_, index) => answers[index]?.status === 400).map(({ name }) => name);
    expect(refused).toEqual(['status-400']);
  });

  it('tells a download by an extension from one by a link', () => {
    const notFound = FAULTS.find(({ name }) => name === 'status-404');
    expect(notFound && expectedOf(notFound, 'firefox', 'extension')).toBe('SERVER_BAD_CONTENT');
    expect(notFound && expectedOf(notFound, 'firefox', 'link')).toBeNull();
    expect(notFound && expectedOf(notFound, 'chrome', 'link')).toBe('SERVER_BAD_CONTENT');
  });
});

describe('the page', () => {
  it('links to every fault, with a new key on every visit', async () => {
    const [first, second] = [await ask(server.url('/')), await ask(server.url('/'))].map(({ body }) =>
      body.toString(),
    );
    for (const { name } of FAULTS) expect(first).toContain(`data-fault="${name}"`);
    expect(first).toContain(escapeHtml(`${server.origin}/reset?key=reset-visit-1`));
    expect(second).toContain(escapeHtml(`${server.origin}/reset?key=reset-visit-2`));
  });

  it('links to the host by which it was opened, since a browser saves no error from another', async () => {
    const page = (await ask(server.origin, { headers: { Host: 'localhost:81' } })).body.toString();
    expect(page).toContain('href="http://localhost:81/status/404/file.bin?key=status-404-visit-');
  });

  it('says that Firefox creates no download for a page that is not found', async () => {
    const page = (await ask(server.url('/'))).body.toString();
    const item = /<li>\s*<a[^>]*data-fault="status-404"[\s\S]*?<\/li>/.exec(page)?.[0];
    expect(item).toContain('<dt>Firefox</dt><dd>no download</dd>');
    expect(item).toContain('<dt>Chrome</dt><dd><code>SERVER_BAD_CONTENT</code></dd>');
  });

  it('makes hostile text harmless', () => {
    expect(escapeHtml(`<img src=x onerror='a("b")'>&`)).not.toMatch(/[<>"']/);
  });
});
