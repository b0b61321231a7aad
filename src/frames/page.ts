/** Runs in a document of Chrome's that nobody sees. */
import { serveFrames } from '../platform/frames.ts';

serveFrames();
document.documentElement.dataset.ready = 'true';
