import { describe, expect, test } from 'vitest';
import { findWith, type Means } from '../../../tools/find-browser.ts';

/** A machine with these browsers, by path; an Error is one that does not run. */
function machine(browsers: Record<string, string | Error>, means: Partial<Means> = {}): Means {
  return {
    named: undefined,
    places: async () => ['/usr/bin/a', '/usr/bin/b', '/fetched/c'],
    exists: (path) => path in browsers,
    async versionOf(path) {
      const version = browsers[path];
      if (typeof version !== 'string') throw version;
      return version;
    },
    minimum: '140.0',
    installers: [],
    ...means,
  };
}

describe('a browser that the person named', () => {
  test('is taken before any other', async () => {
    const means = machine({ '/usr/bin/a': '150.0', '/my/own': '141.0' }, { named: '/my/own' });
    expect(await findWith('firefox', means)).toEqual({ executable: '/my/own', version: '141.0' });
  });

  test.for<[string, string | Error | undefined, RegExp]>([
    ['is not there', undefined, /^FIREFOX_PATH names \/my\/own, which does not exist\.$/],
    ['does not run', new Error('it does not run: no such library'), /FIREFOX_PATH .* no such library/],
    ['is too old', '115.3', /FIREFOX_PATH .* version 115\.3, and 140\.0 or newer is needed/],
  ])('is not replaced by another when it %s', async ([, own, message]) => {
    const means = machine(
      { '/usr/bin/a': '150.0', ...(own !== undefined && { '/my/own': own }) },
      { named: '/my/own' },
    );
    await expect(findWith('firefox', means)).rejects.toThrow(message);
  });
});

test('the first place whose browser runs and is new enough wins', async () => {
  const means = machine({ '/usr/bin/a': new Error('broken'), '/usr/bin/b': '139.9', '/fetched/c': '140.0' });
  expect(await findWith('firefox', means)).toEqual({ executable: '/fetched/c', version: '140.0' });
});

test('nothing is installed when there is a browser', async () => {
  const install = async () => {
    throw new Error('not wanted');
  };
  const means = machine({ '/usr/bin/a': '140' }, { installers: [{ name: 'apt-get', install }] });
  expect((await findWith('firefox', means)).executable).toBe('/usr/bin/a');
});

test('an install is over when a browser runs, wherever it was put', async () => {
  const browsers: Record<string, string | Error> = {};
  const tried: string[] = [];
  const means = machine(browsers, {
    installers: [
      {
        name: 'apt-get',
        async install() {
          tried.push('apt-get');
          // Ubuntu's package, which is only a stub.
          browsers['/usr/bin/a'] = new Error('it starts a snap');
          return [];
        },
      },
      {
        name: 'fetching it',
        async install() {
          tried.push('fetching it');
          browsers['/elsewhere'] = '153.0';
          return ['/elsewhere'];
        },
      },
    ],
  });
  expect(await findWith('firefox', means)).toEqual({ executable: '/elsewhere', version: '153.0' });
  expect(tried).toEqual(['apt-get', 'fetching it']);
});

test('the last message says what was tried, why it failed, and what to do', async () => {
  const failing = (name: string, problem: string) => ({
    name,
    install: async () => {
      throw new Error(problem);
    },
  });
  const means = machine(
    { '/usr/bin/a': '99.0' },
    {
      minimum: '121',
      installers: [failing('apt-get', 'E: Unable to locate package'), failing('fetching it', 'no network')],
    },
  );
  const message = await findWith('chrome', means).catch((error: Error) => error.message);
  expect(message).toBe(
    [
      'There is no Chrome, Chromium or Edge of version 121 or newer here, and none could be installed.',
      '  /usr/bin/a: it is version 99.0, and 121 or newer is needed',
      '  apt-get: E: Unable to locate package',
      '  fetching it: no network',
      'Install Chrome, Chromium or Edge (https://www.google.com/chrome/), or set CHROME_PATH to the path of its executable.',
    ].join('\n'),
  );
});
