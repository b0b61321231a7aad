// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table can't be laid out row by row.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { columns, historyColumns } from '../domain/columns.ts';
import { plural, text } from '../platform/i18n.ts';
import { Heads } from './heads.tsx';
import { HistoryRow } from './history-row.tsx';
import type { Page } from './page.ts';
import { extend, nothingSelected, type Selection, selectAll, toggleId } from './selection.ts';
import { useRowWindow } from './use-row-window.ts';

const widths = historyColumns.map((name) => columns[name].history.width).join(' ');

/** The list. Only rows in or near view exist, but the arrow keys lead through all of them. */
export function Rows(props: Page) {
  const { shown, whole, failures, query, selection, now, opened, toggle, select, change, store } = props;
  /** The row at which the Tab key stops, if it is shown. */
  const [active, setActive] = useState<string>();
  /** The row to focus as soon as it exists. */
  const focusNext = useRef<string>(undefined);
  /** The row that has the focus until then, which must not go before. */
  const leaving = useRef<string>(undefined);
  const activeIndex = useMemo(
    () => (active === undefined ? 0 : Math.max(0, shown.indexOf(active))),
    [shown, active],
  );
  // Rows with open details are kept, as their height is not like the others'.
  const kept = useMemo(() => {
    const others = [...opened, leaving.current ?? ''].map((id) => shown.indexOf(id));
    return [activeIndex, ...others.filter((index) => index >= 0)];
  }, [activeIndex, opened, shown]);
  const { fitting, estimate, rows, near, looked, after, list, measure } = useRowWindow(shown, kept);

  useEffect(() => {
    if (looked) void store.look(near.map(({ index }) => index));
  }, [looked, near, shown, store]);

  useLayoutEffect(() => {
    if (focusNext.current === undefined) return;
    // Not before there is something to say of it.
    const row = list.current?.querySelector<HTMLElement>(
      `[data-row="${CSS.escape(focusNext.current)}"][aria-label]`,
    );
    if (!row) return;
    row.focus();
    focusNext.current = undefined;
  });
  const selectRow = (id: string, range: boolean): void =>
    select(range ? extend(selection, shown, id) : toggleId(selection, id));

  /** The row that a key leads to; undefined for other keys. */
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
    // Keys pressed on a button in a row are the button's.
    if (id === undefined) return;
    const to = shown[targetOf(key, activeIndex) ?? -1];
    if (to !== undefined) {
      if (event.shiftKey)
        select(extend(selection.anchor === null ? toggleOn(selection, id) : selection, shown, to));
      // At either end nothing changes, so that nothing would be rendered and focused.
      if (to !== shown[activeIndex]) {
        setActive(to);
        focusNext.current = to;
        leaving.current = id;
      }
    } else if (key === ' ') {
      selectRow(id, event.shiftKey);
    } else if (key === 'Enter') {
      toggle(id);
    } else if (key === 'a' && (event.ctrlKey || event.metaKey)) {
      if (whole) select(selectAll(shown));
    } else if (key === 'Escape') {
      select(nothingSelected);
    } else {
      return;
    }
    event.preventDefault();
  }

  function onFocus({ target }: FocusEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    if (row?.dataset.row !== undefined) {
      setActive(row.dataset.row);
      // Who has gone elsewhere meanwhile is not taken back.
      focusNext.current = undefined;
    }
    // Firefox leaves what has the focus partly under the bar. What the mouse presses must stay where it is.
    if (target instanceof Element && target.matches(':focus-visible'))
      target.scrollIntoView({ block: 'nearest' });
  }

  return (
    <>
      <div
        class="history-rows"
        style={{ '--widths': widths }}
        role="grid"
        aria-label={text('history_list')}
        aria-multiselectable="true"
        aria-rowcount={shown.length + 1}
        onKeyDown={onKeyDown}
        onFocusIn={onFocus}
      >
        <Heads order={query.order} onOrder={(order) => change({ order })} />
        <div role="rowgroup" ref={list}>
          {rows.map(({ index, gap }) => {
            const id = shown[index];
            return (
              id !== undefined && (
                <HistoryRow
                  key={id}
                  id={id}
                  failure={failures.get(id)}
                  place={index + 2}
                  gap={gap}
                  estimate={estimate}
                  selected={selection.ids.has(id)}
                  active={index === activeIndex}
                  now={now}
                  open={opened.has(id)}
                  onToggle={toggle}
                  measure={measure}
                  onSelect={selectRow}
                />
              )
            );
          })}
        </div>
        <div role="presentation" style={{ blockSize: `${after}px` }} />
      </div>
      {fitting < shown.length && (
        <p class="surplus soft">{plural('history_surplus', shown.length - fitting)}</p>
      )}
    </>
  );
}

/** Adds `id` and makes it the anchor. */
const toggleOn = (selection: Selection, id: string): Selection =>
  selection.ids.has(id) ? { ...selection, anchor: id } : toggleId(selection, id);
