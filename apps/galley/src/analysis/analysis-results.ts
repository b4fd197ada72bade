import type { Message } from '@flotilla/analysis';

/** What analysis says of the mesh as it was at its last look. */
export interface AnalysisResults {
  /** What is said of a resource, by its key; nothing of most. */
  messagesOf(key: string): readonly Message[];
  /** Everything that is said, in no order. */
  all(): Iterable<Message>;
  /**
   * Has what has changed of some resources, of all by default, looked at now instead of at the next pause. Resolves when
   * that is done, at once where nothing has changed, and after ten seconds at the latest.
   */
  caughtUp(concerns?: (key: string) => boolean): Promise<void>;
  /**
   * Calls back after each look with the keys of the resources of which something else is said than before.
   * @returns stops it
   */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void;
}
