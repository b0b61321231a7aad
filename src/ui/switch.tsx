import { useRef, useState } from 'preact/hooks';
import { text } from '../platform/i18n.ts';
import { useSaid } from './say.ts';

interface SwitchProps {
  name: string;
  label: string;
  on: boolean;
  locked?: boolean;
  /** Gives whether that was allowed. */
  save: (on: boolean) => Promise<boolean>;
  /** Reloads `on` from storage. */
  readBack: () => Promise<void>;
}

/** Something that is on or off, saved at once. It springs back if it can't be saved. */
export function Switch({ name, label, on, locked = false, save, readBack }: SwitchProps) {
  // Where the person switched it to, until the stored value has caught up.
  const [wanted, setWanted] = useState<boolean>();
  const saving = useRef(0);
  const [problem, setProblem] = useState<'options_failed' | 'options_not_allowed'>();

  useSaid(problem ? text(problem) : '');

  async function change(to: boolean): Promise<void> {
    saving.current += 1;
    setWanted(to);
    setProblem(undefined);
    try {
      if (!(await save(to))) setProblem('options_not_allowed');
      await readBack();
    } catch {
      setProblem('options_failed');
    }
    saving.current -= 1;
    if (saving.current === 0) setWanted(undefined);
  }

  return (
    <div class="field line">
      <label class="switch line">
        <input
          type="checkbox"
          name={name}
          checked={wanted ?? on}
          disabled={locked}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
      <span class={`note ${locked ? 'soft' : 'wrong'}`}>
        {locked ? text('options_locked') : problem && text(problem)}
      </span>
    </div>
  );
}
