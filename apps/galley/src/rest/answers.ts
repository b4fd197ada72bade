import { Type } from '@flotilla/admin';

/** Where each of the two stores is. */
export const Revision = Type.Object({ config: Type.Integer(), endpoints: Type.Integer() }, { description: 'Where each of the two stores is.' });

/** One thing that is wrong, or worth a warning. */
export const ProblemSchema = Type.Object({
  path: Type.String(),
  message: Type.String(),
  found: Type.Optional(Type.Unknown()),
  allowed: Type.Optional(Type.String()),
  severity: Type.Optional(Type.String()),
});

/** What became of what was applied. */
export const Applied = Type.Object({
  revision: Type.Integer({ description: 'Of the configuration; of the endpoints where only workload entries were applied.' }),
  revisions: Revision,
  results: Type.Array(Type.Object({ ref: Type.String(), change: Type.String() })),
  warnings: Type.Array(ProblemSchema),
});

/** Whether a request only asks what would become of it. */
export const DryRun = Type.Object({ dryRun: Type.Optional(Type.Literal('All')) });
