/** One running process, as far as ending it needs. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

/** The processes whose command line holds one of the marks, with all their descendants. */
export function selectMarked(processes: ProcessEntry[], marks: string[]): number[];

/** Ends, at once, every process whose command line holds one of the marks, and waits until they are gone. */
export function killMarked(marks: string[]): Promise<void>;
