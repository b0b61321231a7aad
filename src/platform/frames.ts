/** The frames of Chrome's hidden document: what the background tells it, and what it then does. */
import * as v from 'valibot';
import browser from './browser.ts';
import { parsed } from './parsed.ts';

const frameMessageSchema = v.variant('frames', [
  v.object({ frames: v.literal('open'), url: v.string() }),
  v.object({ frames: v.literal('keep'), urls: v.array(v.string()) }),
]);
type FrameMessage = v.InferOutput<typeof frameMessageSchema>;

/** Settles once the document has done it; rejects if there is none. */
export const tellFrames = (message: FrameMessage): Promise<unknown> => browser.runtime.sendMessage(message);

/**
 * Carries out what it is told; runs in the document. It answers nothing: what pages ask of the background comes here,
 * too, and a listener that claims a message without answering it keeps who sent it waiting.
 */
export function serveFrames(): void {
  browser.runtime.onMessage.addListener((message: unknown) => {
    const told = parsed(frameMessageSchema, message);
    if (told?.frames === 'open') {
      const frame = document.createElement('iframe');
      // It may save what comes, and nothing else.
      frame.setAttribute('sandbox', 'allow-downloads');
      frame.src = told.url;
      frame.dataset.url = told.url;
      document.body.append(frame);
    } else if (told) {
      const wanted = [...told.urls];
      for (const frame of [...document.querySelectorAll('iframe')].reverse()) {
        const at = wanted.indexOf(frame.dataset.url ?? '');
        if (at < 0) frame.remove();
        else wanted.splice(at, 1);
      }
    }
  });
}
