const paths = {
  retry: 'M13 3v4h-4M12.5 6.5a5 5 0 1 0 .3 3',
  resume: 'M5 3v10l7-5z',
  cancel: 'M4 4h8v8h-8z',
  page: 'M7 4h-3v8h8v-3M9 3h4v4M13 3l-5 5',
  dismiss: 'M4 4l8 8M12 4l-8 8',
  details: 'M4 6l4 4 4-4',
} as const;

export type SignName = keyof typeof paths;

/** A small picture for a button. */
export function Sign({ name }: { name: SignName }) {
  return (
    <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
