import { startPage } from '../ui/start-page.tsx';
import { Options } from './app.tsx';

startPage(<Options />, 'options_title');
