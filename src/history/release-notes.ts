/** A part of what the changelog says of a version; in English, as text. */
export type Note = { heading: string } | { paragraph: string } | { items: string[] };

declare global {
  /** Set at build time. */
  const __RELEASE_NOTES__: readonly Note[];
}

/** What is new in this version. */
export const releaseNotes = __RELEASE_NOTES__;
