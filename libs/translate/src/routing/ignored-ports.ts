import { isPortTable } from '../listeners/outbound-ports.ts';
import type { Scope } from '../scope.ts';

/**
 * Whether a route configuration is looked up by hosts alone, whatever port a client writes behind them: that of a gateway,
 * which cannot know by which port its clients came, and that of one port, where it goes without saying. Clients of gRPC
 * look at the port all the same.
 */
export function ignoresPorts({ type }: Pick<Scope, 'type'>, table: string): boolean {
  return type === 'gateway' || (type === 'sidecar' && isPortTable(table));
}
