import { startPage } from '../ui/start-page.tsx';
import { Popup } from './app.tsx';

startPage(<Popup />, 'extension_name');
