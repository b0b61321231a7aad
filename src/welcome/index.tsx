import { startPage } from '../ui/start-page.tsx';
import { Welcome } from './app.tsx';

startPage(<Welcome />, 'welcome_title');
