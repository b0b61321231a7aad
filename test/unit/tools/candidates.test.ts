import { describe, expect, test } from 'vitest';
import { candidates } from '../../../tools/browser/candidates.ts';

describe('on Linux', () => {
  const linux = (PATH: string | undefined) => ({
    platform: 'linux' as const,
    env: { PATH },
    home: '/home/me',
  });

  test('the PATH comes first, in its order', () => {
    const found = candidates('firefox', linux('/home/me/bin:/usr/bin'));
    expect(found.slice(0, 2)).toEqual(['/home/me/bin/firefox', '/usr/bin/firefox']);
  });

  test('all the names of a browser are tried', () => {
    expect(candidates('chrome', linux('/usr/bin'))).toEqual(
      expect.arrayContaining(['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/microsoft-edge']),
    );
    expect(candidates('firefox', linux('/usr/bin'))).toContain('/usr/bin/firefox-esr');
  });

  test('the usual folders are tried without a PATH', () => {
    expect(candidates('chrome', linux(undefined))).toContain('/usr/bin/chromium');
  });

  test('relative folders in the PATH are left out, and no path is tried twice', () => {
    const found = candidates('chrome', linux('.:bin:/usr/bin:/usr/bin:'));
    expect(found.every((path) => path.startsWith('/'))).toBe(true);
    expect(new Set(found).size).toBe(found.length);
  });

  test('the program inside a snap is tried, since its command is of no use', () => {
    const found = candidates('firefox', linux('/usr/bin'));
    expect(found).toContain('/snap/firefox/current/usr/lib/firefox/firefox');
  });
});

test('on macOS, all users’ applications and the person’s own are tried', () => {
  const found = candidates('firefox', { platform: 'darwin', env: {}, home: '/Users/me' });
  expect(found).toContain('/Applications/Firefox.app/Contents/MacOS/firefox');
  expect(found).toContain('/Users/me/Applications/Firefox Developer Edition.app/Contents/MacOS/firefox');
});

test('on Windows, all program folders that are set are tried', () => {
  const env = { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' };
  const found = candidates('chrome', { platform: 'win32', env, home: 'C:\\Users\\me' });
  expect(found).toContain('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe');
  expect(found).toContain('C:\\Users\\me\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe');
  expect(found.some((path) => path.includes('undefined'))).toBe(false);
});
