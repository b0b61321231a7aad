import type { Plugin } from 'vite';

/** Some code of a library that the build replaces, since nothing here can ever need it. */
interface Cut {
  /** The library's file; `/` between folders. */
  file: string;
  pattern: RegExp;
  replacement: string;
}

/** What `dangerouslySetInnerHTML` does: all text stays text, and a reviewer finds nothing to ask about. */
const innerHtmlOfPreact: Cut = {
  file: 'preact/dist/preact.mjs',
  // As minified by preact: html?(hydrating||old&&(html.__html==old.__html||html.__html==dom.innerHTML)
  // ||(dom.innerHTML=html.__html),vnode.__k=[]):(what is done for all other elements)
  pattern:
    /(\w)\?\(\w\|\|\w&&\(\1\.__html==\w\.__html\|\|\1\.__html==\w\.innerHTML\)\|\|\(\w\.innerHTML=\1\.__html\),\w\.__k=\[\]\):/,
  replacement: '',
};

/**
 * The 10 kB that make `chrome`'s callbacks promises. With a manifest of version 3, Chrome 121 gives promises by itself,
 * and where there is `browser` (Firefox, Chrome from 148 on) the polyfill only hands that on, as is done here.
 */
const wrapperOfPolyfill: Cut = {
  file: 'webextension-polyfill/dist/browser-polyfill.js',
  pattern: /^.*module\.exports = globalThis\.browser;.*$/s,
  replacement: 'export default globalThis.browser ?? globalThis.chrome;\n',
};

/** Leaves out of the libraries what the extension never uses, and fails where that isn't found any more. */
export function trimLibraries(): Plugin {
  return {
    name: 'trim-libraries',
    transform(code, id) {
      const cut = [innerHtmlOfPreact, wrapperOfPolyfill].find(({ file }) =>
        id.replaceAll('\\', '/').endsWith(`/node_modules/${file}`),
      );
      if (!cut) return;
      if (!cut.pattern.test(code)) this.error(`${cut.file} has changed: see tools/trim-libraries.ts`);
      return { code: code.replace(cut.pattern, cut.replacement), map: null };
    },
  };
}
