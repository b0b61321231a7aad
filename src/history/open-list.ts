import { readHistory } from '../platform/journal/reads.ts';
import { inPrivateFirefox } from '../platform/private-page.ts';
import { createList, type List, type News } from './list.ts';

/** Opens the list where it can read, and shows its views. */
export function openList(show: (news: News) => void): List {
  return inPrivateFirefox ? listOnPage(show) : listInWorker(show);
}

function listOnPage(show: (news: News) => void): List {
  const list = createList(readHistory, () => show(list.view()));
  return list;
}

/** The worker takes a moment to begin. Until then a list that knows no more than the page has told shows the first rows. */
function listInWorker(show: (news: News) => void): List {
  const worker = new Worker('list-worker.js', { type: 'module' });
  let first: ReturnType<typeof createList> | undefined = createList(
    () => new Promise(() => undefined),
    () => first && show(first.view()),
  );
  worker.onmessage = ({ data }: MessageEvent<News>) => {
    first = undefined;
    show(data);
  };
  return {
    tell(told) {
      worker.postMessage(told);
      first?.tell(told);
    },
  };
}
