import { readHistory } from '../platform/journal/reads.ts';
import { inPrivateFirefox } from '../platform/private-page.ts';
import { createList, type List, type News, type Told } from './list.ts';
import { createReceiver, type Sent } from './sent-views.ts';

/** Opens the list where it can read, and shows its views. */
export function openList(show: (news: News) => void): List {
  return inPrivateFirefox ? listOnPage(readHistory, show) : listInWorker(show);
}

function listOnPage(read: typeof readHistory, show: (news: News) => void): List {
  const list = createList(read, () => show(list.view()));
  return list;
}

/**
 * The worker takes a moment to begin. Until then a list that knows no more than the page has told shows the first rows,
 * and if the worker can't begin, one that reads on the page takes over.
 */
function listInWorker(show: (news: News) => void): List {
  const worker = new Worker('list-worker.js', { type: 'module' });
  let asked: Told['asked'];
  let onPage: List | undefined = listOnPage(() => new Promise(() => undefined), show);
  const receive = createReceiver((view) => {
    onPage = undefined;
    show(view);
  });
  worker.onmessage = ({ data }: MessageEvent<Sent>) => receive(data);
  worker.onerror = () => {
    worker.terminate();
    onPage = listOnPage(readHistory, show);
    onPage.tell({ ...(asked && { asked }), readAll: true });
  };
  return {
    tell(told) {
      asked = told.asked ?? asked;
      worker.postMessage(told);
      onPage?.tell(told);
    },
  };
}
