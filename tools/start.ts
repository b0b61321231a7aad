import { parseLaunch } from './arguments.ts';
import { messageOf, Problem } from './problem.ts';
import { demonstrate } from './start/demonstrate.ts';
import { handOver, withSession } from './start/session.ts';

/** `npm start [-- --browser firefox] [--headless]`: the extension at work, in a window or, without a display, in words. */
export default async function main(args: string[]): Promise<number> {
  const launchArguments = parseLaunch('npm start', args);
  try {
    await withSession(launchArguments, async (started) => {
      if (!started.visible) return await demonstrate(started.session, started.server);
      await handOver(
        started,
        `A browser window with the extension is open on a page of downloads that fail, ${started.server.origin}.
  1. Click some of its links.
  2. Watch the extension's button at the right end of the toolbar count the failures.
  3. Click that button to see what failed and why, and to try again.`,
      );
    });
    return 0;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`npm start did not get to its end: ${messageOf(error)}`);
  }
}
