/** Saves content as a file, by way of a download. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // By then the browser has taken over the content.
  setTimeout(() => URL.revokeObjectURL(url));
}
