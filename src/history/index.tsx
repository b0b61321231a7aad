import { startPage } from '../ui/start-page.tsx';
import { HistoryPage } from './app.tsx';

startPage(<HistoryPage />, 'history_title');
