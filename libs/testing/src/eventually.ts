/** Thrown by an attempt of {@link eventually} when no later one can succeed. */
export class Hopeless extends Error {}

/**
 * Runs `attempt` again and again until it returns without throwing, and gives its result.
 * After `timeoutMs`, or at once for a {@link Hopeless}, it throws what the last attempt threw.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, { timeoutMs = 20_000, everyMs = 20 } = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Hopeless || performance.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
