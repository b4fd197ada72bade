/** The command line of an Envoy, which is started in the folder of its `bootstrap.json`. */
export function envoyArguments({ drainSeconds, logLevel }: { readonly drainSeconds: number; readonly logLevel: string }): string[] {
  return [
    '--config-path', 'bootstrap.json',
    // Without the shared memory of hot restart, any number of Envoys live on one machine.
    '--disable-hot-restart',
    '--concurrency', '1',
    '--drain-time-s', String(Math.max(1, Math.ceil(drainSeconds))),
    '--drain-strategy', 'immediate',
    '--log-level', logLevel,
    // Otherwise every push is a warning a route: fields without a full successor yet, as that for gRPC's deadlines, are deprecated.
    '--component-log-level', 'misc:error',
  ];
}
