import { useState } from 'preact/hooks';
import { about } from '../platform/about.ts';
import { text } from '../platform/i18n.ts';
import { unattended } from '../platform/unattended.ts';
import { Button } from '../ui/button.tsx';
import type { Note } from './release-notes.ts';

/** Which version this is and, once somebody asks, what is new in it. After an update nothing opens by itself. */
export function Footer() {
  const [open, setOpen] = useState(false);
  const [notes, setNotes] = useState<readonly Note[]>([]);

  function toggle(): void {
    setOpen(!open);
    unattended(import('./release-notes.ts').then(({ releaseNotes }) => setNotes(releaseNotes)));
  }

  return (
    <footer class="soft">
      <div class="line">
        <p>{about().extension}</p>
        <Button
          action="whats-new"
          label={text('whats_new')}
          aria-expanded={open}
          {...(open && { 'aria-controls': 'release-notes' })}
          onClick={toggle}
        />
      </div>
      {open && (
        // The changelog is in English only.
        <div id="release-notes" class="stack" lang="en" dir="ltr">
          {notes.map((note, place) => (
            <NoteText key={place} {...note} />
          ))}
        </div>
      )}
    </footer>
  );
}

function NoteText(note: Note) {
  if ('heading' in note) return <h2>{note.heading}</h2>;
  if ('paragraph' in note) return <p>{note.paragraph}</p>;
  return (
    <ul class="stack">
      {note.items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
