// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Failure } from '../domain/failure.ts';
import { plural, text } from '../platform/i18n.ts';
import { focusHeading } from '../ui/focus.ts';
import type { Entry } from './entry.ts';
import { Heads } from './heads.tsx';
import { HistoryRow } from './history-row.tsx';
import { extend, nothingSelected, type Selection, selectAll, toggle } from './selection.ts';
import { useRowWindow } from './use-row-window.ts';
import type { Order } from './view.ts';

export interface RowsProps {
  shown: readonly Entry[];
  /** The whole records, as far as they are read. */
  failures: ReadonlyMap<string, Failure>;
  order: Order;
  selection: Selection;
  /** ms since the epoch. */
  now: number;
  onSelect: (selection: Selection) => void;
  onOrder: (order: Order) => void;
  /** Told whose rows are in view. */
  onLook: (ids: readonly string[]) => void;
}

/** The list. Only the rows near the part that is seen exist; the arrow keys lead through all of them. */
export function Rows(props: RowsProps) {
  const { shown, failures, order, selection, now, onSelect, onOrder, onLook } = props;
  const [wanted, setActive] = useState<string>();
  /** The row that is to have the focus as soon as it exists. */
  const focusNext = useRef<string>(undefined);
  const place = useRef(0);
  const activeIndex = useMemo(() => {
    const found = shown.findIndex(({ id }) => id === wanted);
    if (found !== -1) return found;
    if (wanted === undefined || focusedRow() !== wanted) return 0;
    // It leaves the list with the focus: both go to the row that comes into its place.
    const next = Math.min(place.current, shown.length - 1);
    focusNext.current = shown[next]?.id;
    return next;
  }, [shown, wanted]);
  place.current = activeIndex;
  const { fitting, estimate, rows, looked, after, list, measure } = useRowWindow(shown, activeIndex);

  useEffect(() => {
    if (looked) onLook(rows.flatMap(({ index }) => shown[index]?.id ?? []));
  }, [looked, rows, shown, onLook]);

  useLayoutEffect(() => {
    if (focusNext.current === undefined) return;
    rowElement(list.current, focusNext.current)?.focus();
    focusNext.current = undefined;
  });
  useLayoutEffect(
    () => () => {
      // The last row leaves with the focus.
      if (focusedRow() !== undefined) focusHeading();
    },
    [],
  );

  const select = (id: string, range: boolean): void =>
    onSelect(range ? extend(selection, shown, id) : toggle(selection, id));

  /** The row that a key leads to from another one; undefined for other keys. */
  function targetOf(key: string, from: number): number | undefined {
    const page = Math.max(1, Math.floor(innerHeight / estimate) - 2);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[key];
    return step === undefined ? undefined : Math.min(fitting - 1, Math.max(0, from + step));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || event.altKey) return;
    const id = target.dataset.row;
    // Keys in a row's buttons are theirs.
    if (id === undefined) return;
    const to = shown[targetOf(key, activeIndex) ?? -1];
    if (to) {
      if (event.shiftKey)
        onSelect(extend(selection.anchor === null ? toggleOn(selection, id) : selection, shown, to.id));
      // At either end it leads nowhere, and no new picture comes in which the row would get the focus.
      if (to.id !== id) {
        setActive(to.id);
        focusNext.current = to.id;
      }
    } else if (key === ' ') {
      select(id, event.shiftKey);
    } else if (key === 'Enter') {
      target.querySelector<HTMLElement>('[data-action="details"]')?.click();
    } else if (key === 'a' && (event.ctrlKey || event.metaKey)) {
      onSelect(selectAll(shown));
    } else if (key === 'Escape') {
      onSelect(nothingSelected);
    } else {
      return;
    }
    event.preventDefault();
  }

  function onFocus({ target }: FocusEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    if (row?.dataset.row !== undefined) setActive(row.dataset.row);
  }

  return (
    <>
      <div
        class="history-rows"
        role="grid"
        aria-label={text('history_list')}
        aria-multiselectable="true"
        aria-rowcount={shown.length + 1}
        onKeyDown={onKeyDown}
        onFocusIn={onFocus}
      >
        <Heads order={order} onOrder={onOrder} />
        <div role="rowgroup" ref={list}>
          {rows.map(({ index, gap }) => {
            const entry = shown[index];
            return (
              entry && (
                <HistoryRow
                  key={entry.id}
                  entry={entry}
                  failure={failures.get(entry.id)}
                  place={index + 2}
                  gap={gap}
                  estimate={estimate}
                  selected={selection.ids.has(entry.id)}
                  active={index === activeIndex}
                  now={now}
                  measure={measure}
                  onSelect={select}
                />
              )
            );
          })}
        </div>
        <div role="presentation" style={{ blockSize: `${after}px` }} />
      </div>
      {fitting < shown.length && <p class="surplus">{plural('history_surplus', shown.length - fitting)}</p>}
    </>
  );
}

/** With the row of `id` selected as well, and as the anchor. */
const toggleOn = (selection: Selection, id: string): Selection =>
  selection.ids.has(id) ? { ...selection, anchor: id } : toggle(selection, id);

/** The id of the row that has the focus, itself or in one of its buttons. */
const focusedRow = (): string | undefined =>
  document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row;

function rowElement(list: HTMLElement | null, id: string): HTMLElement | undefined {
  return [...(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].find((row) => row.dataset.row === id);
}
