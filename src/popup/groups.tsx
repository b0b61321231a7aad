import { useState } from 'preact/hooks';
import { acceptedOf, causeOf, type Failure } from '../domain/failure.ts';
import { plural, text } from '../platform/i18n.ts';
import { target } from '../platform/target.ts';
import { Button } from '../ui/button.tsx';
import { CategoryMark } from '../ui/category-mark.tsx';
import { causeText } from '../ui/cause-text.ts';
import { FailureRow, type FailureRowProps } from '../ui/row/failure-row.tsx';
import { Sign } from '../ui/sign.tsx';
import { SignButton } from '../ui/sign-button.tsx';
import { reasonText } from '../ui/texts.ts';
import { DismissedRow } from './dismissed-row.tsx';
import type { CategoryGroup, ReasonGroup } from './view.ts';
import { type Offer, WatchOffer } from './watch-offer.tsx';

interface ListProps extends Pick<FailureRowProps, 'now' | 'onToggle'> {
  /** The failures whose details are open. */
  opened: ReadonlySet<string>;
  onShowMore: (reason: string) => void;
  onRetryGroup: (reason: string) => void;
  offer: Offer | undefined;
}

/** The failures of one category, by reason. */
export function CategorySection({ group, ...props }: ListProps & { group: CategoryGroup }) {
  const { category, count, reasons } = group;
  const id = `category-${category}-name`;
  return (
    <section class="stack" data-category={category} data-count={count} aria-labelledby={id}>
      <h2 id={id} class="visually-hidden">
        {text(`category_${category}`)} {plural('group_count', count)}
      </h2>
      {reasons.map((reason) => (
        <ReasonSection key={reason.reason} category={category} group={reason} {...props} />
      ))}
    </section>
  );
}

type ReasonSectionProps = ListProps & Pick<CategoryGroup, 'category'> & { group: ReasonGroup };

/** What to do about all failures of a reason or, where they differ, about those whose cause has no remedy of its own. */
function sharedRemedy(failures: readonly Failure[], ofReason: string): string | undefined {
  const remedies = new Set(failures.map((failure) => causeText(failure)?.remedy ?? ofReason));
  const [only] = remedies;
  if (remedies.size === 1) return only;
  return remedies.has(ofReason) ? ofReason : undefined;
}

/** The failures of one reason, which can be folded. */
function ReasonSection({ category, group, now, opened, onToggle, offer, ...props }: ReasonSectionProps) {
  const { reason, count, failures } = group;
  const [folded, setFolded] = useState(false);
  // Firefox's own words for a reason say that it says no more, which is not so if the evidence does.
  const browser =
    failures.length > 0 && failures.every(causeOf) ? 'chrome' : (failures[0]?.browser ?? target);
  const { title, remedy: ofReason } = reasonText(reason, browser);
  const remedy = sharedRemedy(failures, ofReason);
  const list = `reason-${reason}`;
  return (
    <div class="reason" data-reason={reason} data-count={count}>
      <div class="reason-head line">
        <button
          type="button"
          class="quiet fold line"
          data-action="fold"
          aria-expanded={!folded}
          aria-controls={list}
          onClick={() => setFolded(!folded)}
        >
          <Sign name="details" />
          <CategoryMark category={category} />
          <span class="reason-title">{title}</span> <Count count={count} />
        </button>
        {group.retriable && (
          <SignButton
            sign="retry"
            action="retry-group"
            label={text('retry_group')}
            of={title}
            onClick={() => props.onRetryGroup(reason)}
          />
        )}
      </div>
      <div id={list} hidden={folded}>
        {remedy !== undefined && <p class="remedy soft small">{remedy}</p>}
        {offer?.below === reason && <WatchOffer {...offer} />}
        <ul>
          {failures.map((failure) =>
            failure.dismissed || acceptedOf(failure) ? (
              <DismissedRow key={failure.id} failure={failure} />
            ) : (
              <FailureRow
                key={failure.id}
                failure={failure}
                now={now}
                open={opened.has(failure.id)}
                onToggle={onToggle}
                remedyAbove={remedy}
              />
            ),
          )}
        </ul>
        {group.more && (
          <Button
            action="show-more"
            label={text('show_more')}
            of={title}
            onClick={() => props.onShowMore(reason)}
          />
        )}
      </div>
    </div>
  );
}

function Count({ count }: { count: number }) {
  return (
    <span class="count small">
      <span aria-hidden="true">{count}</span>
      <span class="visually-hidden">{plural('group_count', count)}</span>
    </span>
  );
}
