import { type Category, categories } from '../domain/reasons.ts';

/** The fill of a category in all charts. */
export const fillOf = (category: Category): string => `url(#category-${category})`;

/**
 * Defines the fills. Each has its own pattern as well as its own colour, for people who can't tell colours apart and
 * for high contrast.
 */
export function CategoryPatterns() {
  return (
    <svg class="visually-hidden" aria-hidden="true">
      <defs>
        {categories.map((category) => (
          <pattern
            key={category}
            id={`category-${category}`}
            class="category-fill"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
          >
            <rect class="ground" width="6" height="6" fill={`var(--${category})`} />
            <path
              class="figure"
              d={figures[category]}
              fill="none"
              stroke="var(--background)"
              stroke-width="1.1"
            />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

const figures: Record<Category, string> = {
  network: '',
  server: 'M-1 1l2 -2M0 6l6 -6M5 7l2 -2',
  file: 'M0 1.5h6M0 4.5h6',
  misc: 'M1.5 1.5h1M4.5 4.5h1',
  user: 'M1 0v6M4 0v6',
};

/** A small square with a category's fill. */
export function CategoryMark({ category }: { category: Category }) {
  return (
    <svg width="12" height="12" aria-hidden="true">
      <rect width="12" height="12" rx="3" fill={fillOf(category)} />
    </svg>
  );
}
