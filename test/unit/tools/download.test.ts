import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../../../tools/paths.ts';

it('the code for a page needs nothing that the npm scripts add to it', () => {
  const script = `
    import { download } from './tools/download.ts';
    const page = { evaluate: async (work) => { console.log(String(work)); return 1; } };
    await download(page, { url: 'http://host.example/file.zip' });
  `;
  const options = ['--import', 'tsx/esm', '--input-type=module', '--eval', script];
  const code = execFileSync(process.execPath, options, { cwd: root, encoding: 'utf8' });
  expect(code).toContain('heardOfDownloads');
  expect(code).not.toContain('__name');
});
